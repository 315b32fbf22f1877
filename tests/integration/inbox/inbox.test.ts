import { mkdir, readdir, rename, unlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { rejectBatch, releaseBatch } from '../../../src/commands/decide-batch.ts'
import { rejectDocument } from '../../../src/commands/decide-document.ts'
import { Failure } from '../../../src/domain/failure.ts'
import { timeOf } from '../../../src/domain/ids.ts'
import { stagedPerByte } from '../../../src/domain/staging-room.ts'
import { fileOf, ofPatients } from '../stages/paper.ts'
import { useHotFolder } from './room.ts'

const hot = useHotFolder()
const { tend, drop, page, claimed, lying, answer, through } = hot

describe('a full staging', () => {
  /** Room for what the files take, and half as much again. */
  const roomFor = (files: readonly Buffer[]) => {
    const bytes = files.reduce((sum, file) => sum + file.length, 0)
    return { ...hot.works.door.room, capacity: bytes * stagedPerByte * 1.5 }
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
    await hot.works.run()
    expect(await tend({ room })).toMatchObject({ released: 1, submitted: 1, postponed: 0 })
    await hot.works.run()
    expect(await tend({ room })).toMatchObject({ released: 1 })
    expect(await lying()).toEqual([])
  })

  test('claims no more folders once it is full for everybody', async () => {
    await drop('first', { 'a.jpg': page() }, ofPatients({ 'a.jpg': 'SP-1' }))
    await tend()
    await drop('second', { 'b.jpg': page() }, ofPatients({ 'b.jpg': 'SP-1' }))
    const full = { ...hot.works.door.room, capacity: 1 }
    expect(await tend({ room: full })).toMatchObject({ claimed: 0, causes: [{ code: 'staging-full' }] })
    expect(await lying()).toContain('second/b.jpg')
    await hot.works.run()
    expect(await tend()).toMatchObject({ released: 1, claimed: 1, submitted: 1 })
    await hot.works.run()
    await tend()
  })

  test('takes what had to wait for days under a new id: under the old one, staging would be swept from under it', async () => {
    await drop('box', { 'a.jpg': page() }, ofPatients({ 'a.jpg': 'SP-1' }))
    const isAway = {
      ...hot.works.door.truth,
      transaction: () => Promise.reject(new Failure('database-away')),
    }
    expect(await tend({ truth: isAway })).toMatchObject({ claimed: 1, postponed: 1 })
    const old = await claimed()
    hot.works.clock.advance(2 * 86_400_000)
    expect(await tend()).toMatchObject({ submitted: 0, postponed: 1 })
    expect(await lying()).toContain('box/a.jpg')
    expect(await tend()).toMatchObject({ claimed: 1, submitted: 1 })
    expect(timeOf(await claimed()).getTime() - timeOf(old).getTime()).toBeGreaterThan(86_400_000)
    await hot.works.run()
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
    const held = (await hot.works.documents(id)).find(({ state }) => state === 'held')!
    await rejectDocument(hot.works.organisationId, held.id, 'boss', hot.works.truth)
    await hot.works.run()
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
    await releaseBatch(hot.works.organisationId, id, 'boss', hot.works.truth)
    await hot.works.run()
    expect(await tend()).toMatchObject({ released: 1 })
  })

  test('a batch that a failure of ours held is not let go of, and is whole when it is rejected', async () => {
    const files = { 'a.jpg': page(), 'b.jpg': page() }
    await drop('box', files)
    await tend()
    const id = await claimed()
    await hot.works.run({
      afterRun: () => {
        throw new Failure('key-mismatch')
      },
    })
    expect(await tend()).toMatchObject({ released: 0, givenBack: 0 })
    await rejectBatch(hot.works.organisationId, id, 'boss', hot.works.truth)
    await hot.works.run()
    await tend()
    expect(await lying()).toContain('_returned/box/box/a.jpg')
    expect(await lying()).toContain('_returned/box/box/b.jpg')
  })

  test('a batch of which no file can be read is rejected with its reasons, and goes back whole', async () => {
    await drop(
      'box',
      { 'a.jpg': 'file-truncated', 'b.jpg': Buffer.from('MZ program') },
      { expected: { folders: 0, documents: 2, pages: 9 } },
    )
    const id = await through()
    expect(await hot.works.outcome(id)).toEqual({
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
    const place = path.join(hot.directory, '.scelle', 'claimed', id, 'box')
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
      await mkdir(path.join(hot.directory, '.scelle', 'claimed', id, 'box', more))
      await writeFile(path.join(hot.directory, '.scelle', 'claimed', id, 'box', more, 'x.jpg'), 'x')
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
    const place = path.join(hot.directory, '.scelle', 'claimed', id, 'box')
    // What an interrupted round may have left: answers written, some files removed.
    const answered = path.join(hot.directory, '_returned', `box-${id.slice(-8)}`)
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
    expect(await readdir(path.join(hot.directory, '.scelle', 'claimed'))).toEqual([])
    const released = (await hot.works.events({ batchId: id })).filter((type) => type === 'source-released')
    expect(released).toHaveLength(after < steps.length ? 1 : 0)
  })
})
