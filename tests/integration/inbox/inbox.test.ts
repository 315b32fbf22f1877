import { existsSync } from 'node:fs'
import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  unlink,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { openHotFolder } from '../../../src/adapters/inbox/hot-folder.ts'
import { rejectBatch, releaseBatch } from '../../../src/commands/decide-batch.ts'
import { rejectDocument } from '../../../src/commands/decide-document.ts'
import { type Inbox, tendInbox } from '../../../src/commands/tend-inbox.ts'
import { Failure } from '../../../src/domain/failure.ts'
import { stagedPerByte } from '../../../src/domain/staging-room.ts'
import { BatchId, timeOf } from '../../../src/domain/ids.ts'
import type { HotFolder } from '../../../src/ports.ts'
import { fileOf, ofPatients, type Sheets } from '../stages/paper.ts'
import { openWorks, type Works } from '../stages/works.ts'
import { dropInto } from './drops.ts'

let works: Works
let directory: string
let folder: HotFolder
beforeAll(async () => {
  works = await openWorks()
  await works.decide(await works.patient('SP-1'), 'granted')
  await works.decide(await works.patient('SP-3'), 'refused')
  await works.patient('SP-2')
})
afterAll(() => works.close())
beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'scelle-inbox-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  folder = await openHotFolder({ directory, quietSeconds: 5, clock: works.clock })
})

const tend = (more: Partial<Inbox> = {}) =>
  tendInbox({ ...works.door, folder, language: 'en', organisationOf: works.organisationOf, ...more })

let drops = 0
const drop = (name: string, files: Record<string, Sheets | Buffer>, manifest?: Record<string, unknown>) =>
  dropInto(directory, name, files, manifest)
const page = (): Sheets => [{ text: `inbox ${++drops}` }]

async function claimed(): Promise<BatchId> {
  const ids = await readdir(path.join(directory, '.scelle', 'claimed'))
  return BatchId.parse(ids[0])
}
/** What lies in the hot folder for people to see, by path. */
async function lying(place = directory): Promise<string[]> {
  const entries = await readdir(place, { withFileTypes: true, recursive: true })
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(directory, path.join(entry.parentPath, entry.name)))
    .map((name) => name.replace(/-[0-9a-f]{8}\//, '/'))
    .sort()
}
const answer = async (kind: '_returned' | '_refused') => {
  const [name] = await readdir(path.join(directory, kind))
  return JSON.parse(await readFile(path.join(directory, kind, name!, 'answer.json'), 'utf8')) as {
    reasons: { code: string; file?: string }[]
  }
}

/** Submits what was dropped and carries its batch through. */
async function through(): Promise<BatchId> {
  await tend()
  const id = await claimed()
  await works.run()
  return id
}

describe('a full staging', () => {
  /** Room for what the files take, and half as much again. */
  const roomFor = (files: readonly Buffer[]) => {
    const bytes = files.reduce((sum, file) => sum + file.length, 0)
    return { ...works.door.room, capacity: bytes * stagedPerByte * 1.5 }
  }

  test('makes a batch wait, answers nothing, and takes it in once another is closed', async () => {
    const [first, second] = [page(), page()]
    const room = roomFor([fileOf(first)])
    await drop('first', { 'a.jpg': first }, ofPatients({ 'a.jpg': 'SP-1' }))
    expect(await tend({ room })).toMatchObject({ submitted: 1, postponed: 0 })
    await drop('second', { 'b.jpg': second }, ofPatients({ 'b.jpg': 'SP-1' }))
    const waiting = await tend({ room })
    expect(waiting).toMatchObject({ submitted: 0, postponed: 1, givenBack: 0 })
    expect(waiting.causes).toMatchObject([{ code: 'staging-full', facts: { limit: expect.any(Number) } }])
    await works.run()
    expect(await tend({ room })).toMatchObject({ released: 1, submitted: 1, postponed: 0 })
    await works.run()
    expect(await tend({ room })).toMatchObject({ released: 1 })
    expect(await lying()).toEqual([])
  })

  test('claims no more folders once it is full for everybody', async () => {
    await drop('first', { 'a.jpg': page() }, ofPatients({ 'a.jpg': 'SP-1' }))
    await tend()
    await drop('second', { 'b.jpg': page() }, ofPatients({ 'b.jpg': 'SP-1' }))
    const full = { ...works.door.room, capacity: 1 }
    expect(await tend({ room: full })).toMatchObject({ claimed: 0, causes: [{ code: 'staging-full' }] })
    expect(await lying()).toContain('second/b.jpg')
    await works.run()
    expect(await tend()).toMatchObject({ released: 1, claimed: 1, submitted: 1 })
    await works.run()
    await tend()
  })

  test('takes what had to wait for days under a new id: under the old one, staging would be swept from under it', async () => {
    await drop('box', { 'a.jpg': page() }, ofPatients({ 'a.jpg': 'SP-1' }))
    const isAway = { ...works.door.truth, transaction: () => Promise.reject(new Failure('database-away')) }
    expect(await tend({ truth: isAway })).toMatchObject({ claimed: 1, postponed: 1 })
    const old = await claimed()
    works.clock.advance(2 * 86_400_000)
    expect(await tend()).toMatchObject({ submitted: 0, postponed: 1 })
    expect(await lying()).toContain('box/a.jpg')
    expect(await tend()).toMatchObject({ claimed: 1, submitted: 1 })
    expect(timeOf(await claimed()).getTime() - timeOf(old).getTime()).toBeGreaterThan(86_400_000)
    await works.run()
    expect(await tend()).toMatchObject({ released: 1 })
  })
})

describe('what is let go of', () => {
  test('a batch of which everything is sealed or refused leaves nothing behind', async () => {
    await drop('box', { 'a.jpg': page(), 'b.jpg': page() }, ofPatients({ 'a.jpg': 'SP-1', 'b.jpg': 'SP-3' }))
    await through()
    expect(await tend()).toMatchObject({ released: 1 })
    expect(await lying()).toEqual([])
  })

  test('a file goes back while a document in it waits for nobody any more: it was rejected', async () => {
    await drop(
      'box',
      { 'a.jpg': page(), 'b.jpg': [{ text: 'b 1' }, { text: 'b 2' }] },
      {
        separation: 'manifest',
        expected: { folders: 0, documents: 3, pages: 3 },
        documents: [
          { file: 'a.jpg', patient: 'SP-1' },
          { file: 'b.jpg', patient: 'SP-1', from: 1, to: 1 },
          { file: 'b.jpg', patient: 'SP-2', from: 2, to: 2 },
        ],
      },
    )
    const id = await through()
    const held = (await works.documents(id)).find(({ state }) => state === 'held')!
    await rejectDocument(works.organisationId, held.id, 'boss', works.truth)
    await works.run()
    expect(await tend()).toMatchObject({ givenBack: 1 })
    expect(await lying()).toEqual([
      '_returned/box/LISEZ-MOI.txt',
      '_returned/box/answer.json',
      '_returned/box/box/b.jpg',
      '_returned/box/box/batch.json',
    ])
    expect((await answer('_returned')).reasons).toMatchObject([
      { code: 'rejected-by-operator', file: 'b.jpg' },
    ])
  })

  test('a batch released with a page too few gives nothing back, and loses nothing', async () => {
    await drop(
      'box',
      { 'a.jpg': page() },
      { expected: { folders: 0, documents: 1, pages: 2 }, ...ofPatients({ 'a.jpg': 'SP-1' }) },
    )
    const id = await through()
    expect(await tend()).toMatchObject({ released: 0, givenBack: 0 })
    await releaseBatch(works.organisationId, id, 'boss', works.truth)
    await works.run()
    expect(await tend()).toMatchObject({ released: 1 })
  })

  test('a batch that a failure of ours held is not let go of, and is whole when it is rejected', async () => {
    const files = { 'a.jpg': page(), 'b.jpg': page() }
    await drop('box', files)
    await tend()
    const id = await claimed()
    await works.run({
      afterRun: () => {
        throw new Failure('key-mismatch')
      },
    })
    expect(await tend()).toMatchObject({ released: 0, givenBack: 0 })
    await rejectBatch(works.organisationId, id, 'boss', works.truth)
    await works.run()
    await tend()
    expect(await lying()).toContain('_returned/box/box/a.jpg')
    expect(await lying()).toContain('_returned/box/box/b.jpg')
  })

  test('a batch of which no file can be read is rejected with its reasons, and goes back whole', async () => {
    await drop(
      'box',
      { 'a.jpg': 'file-truncated', 'b.jpg': Buffer.from(`MZ program ${++drops}`) },
      { expected: { folders: 0, documents: 2, pages: 9 } },
    )
    const id = await through()
    expect(await works.outcome(id)).toEqual({
      batch: 'rejected',
      files: ['rejected file-truncated', 'rejected file-kind-unknown'],
      documents: [],
    })
    await tend()
    expect((await answer('_returned')).reasons.map(({ code, file }) => [code, file])).toEqual([
      ['nothing-accepted', undefined],
      ['file-truncated', 'a.jpg'],
      ['file-kind-unknown', 'b.jpg'],
    ])
    expect((await lying()).filter((name) => name.endsWith('.jpg'))).toHaveLength(2)
  })

  test('a file that came, or was changed, after the claim is never removed', async () => {
    await drop('box', { 'a.jpg': page(), 'b.jpg': page() }, ofPatients({ 'a.jpg': 'SP-1', 'b.jpg': 'SP-1' }))
    const id = await through()
    const place = path.join(directory, '.scelle', 'claimed', id, 'box')
    await writeFile(path.join(place, 'b.jpg'), 'changed')
    await writeFile(path.join(place, 'c.jpg'), 'new')
    await tend()
    expect((await lying()).filter((name) => name.endsWith('.jpg'))).toEqual([
      '_returned/box/box/b.jpg',
      '_returned/box/box/c.jpg',
    ])
  })

  test.each(['more', 'Thumbs.db'])(
    'a folder somebody put into the batch is not removed with it, whatever its name: %s',
    async (more) => {
      await drop('box', { 'a.jpg': page() }, ofPatients({ 'a.jpg': 'SP-1' }))
      const id = await through()
      await mkdir(path.join(directory, '.scelle', 'claimed', id, 'box', more))
      await writeFile(path.join(directory, '.scelle', 'claimed', id, 'box', more, 'x.jpg'), 'x')
      await tend()
      expect((await lying()).filter((name) => name.endsWith('.jpg'))).toEqual([
        `_returned/box/box/${more}/x.jpg`,
      ])
    },
  )
})

describe('letting go that is cut off', () => {
  const reasons = ofPatients({ 'a.jpg': 'SP-1', 'b.jpg': 'SP-1', 'c.jpg': 'SP-1' })

  test.each([1, 2, 3, 4, 5])('at any file operation gives back the same: after %i of them', async (after) => {
    await drop(
      'box',
      { 'a.jpg': page(), 'b.jpg': 'file-truncated', 'c.jpg': page() },
      {
        ...reasons,
        files: ['a.jpg', 'b.jpg', 'c.jpg'].map((name) => ({ name, pages: 1 })),
        expected: { folders: 0, documents: 3, pages: 3 },
      },
    )
    const id = await through()
    const place = path.join(directory, '.scelle', 'claimed', id, 'box')
    // What an interrupted round may have left: answers written, some files removed.
    const answered = path.join(directory, '_returned', `box-${id.slice(-8)}`)
    const steps = [
      () => mkdir(answered, { recursive: true }),
      () => writeFile(path.join(answered, 'answer.json'), '{}'),
      () => unlink(path.join(place, 'a.jpg')),
      () => unlink(path.join(place, 'c.jpg')),
      async () => {
        await unlink(path.join(place, '.done'))
        await rename(place, path.join(answered, 'box'))
      },
    ]
    for (const step of steps.slice(0, after)) await step()
    await tend()
    await tend()
    expect((await lying()).filter((name) => name.endsWith('.jpg'))).toEqual(['_returned/box/box/b.jpg'])
    expect(await readdir(path.join(directory, '.scelle', 'claimed'))).toEqual([])
    const released = (await works.events({ batchId: id })).filter((type) => type === 'source-released')
    expect(released).toHaveLength(after < steps.length ? 1 : 0)
  })
})

describe('what operators do to a hot folder', () => {
  test('files of theirs named like our answers stay theirs', async () => {
    await drop('box', {
      'a.jpg': page(),
      'answer.json': Buffer.from('theirs'),
      'LISEZ-MOI.txt': Buffer.from('theirs'),
    })
    const id = await through()
    await rejectBatch(works.organisationId, id, 'boss', works.truth)
    await works.run()
    await tend()
    const [name] = await readdir(path.join(directory, '_returned'))
    for (const file of ['answer.json', 'LISEZ-MOI.txt'])
      expect(await readFile(path.join(directory, '_returned', name!, 'box', file), 'utf8')).toBe('theirs')
  })

  test('nor are they removed with a batch that is let go of', async () => {
    await drop(
      'box',
      { 'a.jpg': page(), 'LISEZ-MOI.txt': Buffer.from('theirs') },
      {
        ...ofPatients({ 'a.jpg': 'SP-1' }),
        files: [{ name: 'a.jpg' }, { name: 'LISEZ-MOI.txt', pages: 1 }],
        expected: { folders: 0, documents: 2, pages: 2 },
      },
    )
    await through()
    await tend()
    expect((await lying()).filter((name) => name.endsWith('.txt'))).toContain(
      '_returned/box/box/LISEZ-MOI.txt',
    )
  })

  test('what is given back is for whoever the hot folder is for', async () => {
    await chmod(directory, 0o2770)
    await drop('box', { 'a.jpg': page() }, { contract: 'UNKNOWN' })
    await tend()
    const [name] = await readdir(path.join(directory, '_refused'))
    for (const place of ['_refused', path.join('_refused', name!)])
      expect((await stat(path.join(directory, place))).mode & 0o7777).toBe(0o2770)
  })

  test('two folders of one name are both given back', async () => {
    for (const text of ['one', 'two']) {
      await drop('box', { 'a.jpg': [{ text: `${text} ${++drops}` }] }, { contract: 'UNKNOWN' })
      await tend()
    }
    expect(await readdir(path.join(directory, '_refused'))).toHaveLength(2)
    expect((await lying()).filter((name) => name.endsWith('.jpg'))).toHaveLength(2)
  })

  test('a folder that changes while it is read is put back, beside another of its name', async () => {
    await drop('box', { 'a.jpg': page() })
    const changing: HotFolder = {
      ...folder,
      async read(claim) {
        await mkdir(path.join(directory, 'box'))
        await writeFile(path.join(directory, 'box', 'new.jpg'), 'new')
        void claim
        throw new Failure('batch-changed-while-read')
      },
    }
    expect(await tend({ folder: changing })).toMatchObject({ postponed: 1 })
    expect((await lying()).filter((name) => name.endsWith('.jpg')).length).toBe(2)
    expect(await readdir(path.join(directory, '.scelle', 'claimed'))).toEqual([])
  })

  test('a name of 255 bytes is claimed, answered and given back', async () => {
    const name = `${'é'.repeat(127)}x`
    await drop(name, { 'a.jpg': page() }, { contract: 'UNKNOWN' })
    expect(await tend()).toMatchObject({ givenBack: 1 })
    const [target] = await readdir(path.join(directory, '_refused'))
    expect(existsSync(path.join(directory, '_refused', target!, name, 'a.jpg'))).toBe(true)
  })

  test('names that are no UTF-8 are told, and given back as they are', async () => {
    await drop('box', { 'a.jpg': page() })
    const bytes = Buffer.concat([
      Buffer.from(path.join(directory, 'box', 'caf')),
      Buffer.from([0xe9, 0x2e, 0x6a]),
    ])
    await writeFile(bytes, 'latin')
    expect(await tend()).toMatchObject({ givenBack: 1 })
    expect((await answer('_refused')).reasons).toMatchObject([{ code: 'file-name-not-utf8' }])
    const [target] = await readdir(path.join(directory, '_refused'))
    const names = await readdir(path.join(directory, '_refused', target!, 'box'), { encoding: 'buffer' })
    expect(names.some((name) => name.includes(0xe9))).toBe(true)
  })

  test('a folder whose name is no UTF-8 is a batch all the same, once nobody writes into it any more', async () => {
    await drop('aside', { 'a.jpg': page() }, ofPatients({ 'a.jpg': 'SP-1' }))
    const place = Buffer.concat([Buffer.from(`${directory}/bo`), Buffer.from([0xee, 0x74])])
    const marker = Buffer.concat([place, Buffer.from('/.done')])
    await rename(path.join(directory, 'aside'), place)
    await unlink(marker)
    await tend()
    expect(existsSync(place)).toBe(true)
    await writeFile(marker, '')
    await tend()
    expect(await tend()).toMatchObject({ claimed: 1, submitted: 1 })
    await works.run()
    expect(await tend()).toMatchObject({ released: 1 })
  })

  test('links are never followed, and never removed with what they point at', async () => {
    const outside = path.join(directory, '.outside')
    await writeFile(outside, 'outside')
    await drop('box', { 'a.jpg': page() })
    await symlink(outside, path.join(directory, 'box', 'b.jpg'))
    expect(await tend()).toMatchObject({ givenBack: 1 })
    expect((await answer('_refused')).reasons).toMatchObject([{ code: 'batch-entry-not-a-file' }])
    expect(await readFile(outside, 'utf8')).toBe('outside')
  })

  test('a folder that cannot be let go of keeps no other waiting', async () => {
    await drop('one', { 'a.jpg': page() }, { contract: 'UNKNOWN' })
    await drop('two', { 'a.jpg': page() }, { contract: 'UNKNOWN' })
    const stuck: HotFolder = {
      ...folder,
      giveBack: (claim, ...rest) =>
        claim.name === 'one' ? Promise.reject(new Error('EACCES')) : folder.giveBack(claim, ...rest),
    }
    expect(await tend({ folder: stuck })).toMatchObject({ givenBack: 1, postponed: 1 })
  })

  test('a batch that was recorded under this claim meanwhile is no duplicate of itself', async () => {
    await drop('box', { 'a.jpg': page() }, ofPatients({ 'a.jpg': 'SP-1' }))
    const late = { organisationOf: async () => undefined }
    await tend(late)
    expect(await tend(late)).toMatchObject({ givenBack: 0, submitted: 1 })
    await works.run()
    expect(await tend()).toMatchObject({ released: 1 })
  })
})
