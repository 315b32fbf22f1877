import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import {
  appendFile,
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { openHotFolder } from '../../../src/adapters/inbox/hot-folder.ts'
import { type InboxRound, tendInbox } from '../../../src/commands/tend-inbox.ts'
import { BatchId } from '../../../src/domain/ids.ts'
import type { HotFolder } from '../../../src/ports.ts'
import { ofPatients, type Sheets } from '../stages/paper.ts'
import { openWorks, type Works } from '../stages/works.ts'
import { dropInto } from './drops.ts'

// What hostile hands, or odd programs, may leave in a hot folder. Nothing of it may be followed, waited for, or written
// outside of the folder; and the good batch beside it passes all the same.

let works: Works
let around: string
let directory: string
let folder: HotFolder
beforeAll(async () => {
  works = await openWorks()
  await works.decide(await works.patient('SP-1'), 'granted')
})
afterAll(() => works.close())
beforeEach(async () => {
  around = await mkdtemp(path.join(tmpdir(), 'scelle-hostile-'))
  directory = path.join(around, 'hot')
  await mkdir(directory)
  onTestFinished(() => rm(around, { recursive: true, force: true }))
  folder = await openHotFolder({ directory, quietSeconds: 5, clock: works.clock })
})

let drops = 0
const page = (): Sheets => [{ text: `hostile ${++drops}` }]
const within = (...names: string[]) => path.join(directory, ...names)
const tend = (hot = folder): Promise<InboxRound> =>
  tendInbox({ ...works.door, folder: hot, language: 'en', organisationOf: works.organisationOf })

const drop = (
  name: string,
  files: Record<string, Sheets>,
  spoil?: (place: string) => unknown,
  manifest: Record<string, unknown> = ofPatients(
    Object.fromEntries(Object.keys(files).map((file) => [file, 'SP-1'])),
  ),
) => dropInto(directory, name, files, manifest, spoil)

/** The codes with which a folder of that name was given back. */
async function refusal(folderName = 'box'): Promise<string[]> {
  const answers = await readdir(within('_refused'))
  const answer = answers.find((name) => existsSync(within('_refused', name, folderName)))
  const { reasons } = JSON.parse(await readFile(within('_refused', answer!, 'answer.json'), 'utf8')) as {
    reasons: { code: string }[]
  }
  return reasons.map(({ code }) => code)
}

const make = (command: string, ...args: string[]): void => {
  const { status, stderr } = spawnSync(command, args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`${command}: ${stderr}`)
}

/** The file system's own names outside of the hot folder: none may come, none may go. */
const outside = async () => (await readdir(around)).filter((name) => name !== 'hot').sort()

/** Three rounds, after which a good batch that lay beside is gone, and nothing outside has come or gone. */
async function withGoodBeside(work: (rounds: number) => Promise<void>): Promise<void> {
  const before = await outside()
  await drop('good', { 'a.jpg': page() })
  for (let round = 1; round <= 3; round++) {
    await work(round)
    await works.run()
  }
  expect(existsSync(within('good'))).toBe(false)
  expect(await outside()).toEqual(before)
}

describe('what is no file is never opened, and goes back with its folder', () => {
  const entries: [string, (place: string) => unknown][] = [
    ['a named pipe that nobody writes', (place) => make('mkfifo', path.join(place, 'b.jpg'))],
    ['a link to /dev/zero', (place) => symlink('/dev/zero', path.join(place, 'b.jpg'))],
    ['a link to a file outside', (place) => symlink('/etc/passwd', path.join(place, 'b.jpg'))],
    ['a link to a folder outside', (place) => symlink('/etc', path.join(place, 'more'))],
    ['a link to itself', (place) => symlink('b.jpg', path.join(place, 'b.jpg'))],
    ['a link to nothing', (place) => symlink('/nowhere/at/all', path.join(place, 'b.jpg'))],
    ['a folder in the folder', (place) => mkdir(path.join(place, 'more'))],
    [
      'a manifest that is a link',
      async (place) => {
        await rm(path.join(place, 'batch.json'))
        await symlink('/dev/zero', path.join(place, 'batch.json'))
      },
    ],
    [
      'a manifest that is a pipe',
      async (place) => {
        await rm(path.join(place, 'batch.json'))
        make('mkfifo', path.join(place, 'batch.json'))
      },
    ],
    ['a done marker that is a pipe', (place) => make('mkfifo', path.join(place, '.done'))],
    ['a done marker that is a folder', (place) => mkdir(path.join(place, '.done'))],
  ]
  test('a pipe, a link, a folder, or such a manifest or marker', async () => {
    for (const [index, [, spoil]] of entries.entries()) await drop(`box-${index}`, { 'a.jpg': page() }, spoil)
    await withGoodBeside(async (round) => {
      const done = await tend()
      if (round === 1) expect(done).toMatchObject({ givenBack: entries.length, submitted: 1 })
    })
    for (const [index, [what]] of entries.entries())
      expect(await refusal(`box-${index}`), what).toEqual(['batch-entry-not-a-file'])
    expect(await readdir(within('.scelle', 'claimed'))).toEqual([])
  })

  test('a socket', async () => {
    const server = createServer()
    onTestFinished(() => void server.close())
    await drop(
      'box',
      { 'a.jpg': page() },
      (place) => new Promise<void>((resolve) => server.listen(path.join(place, 's'), resolve)),
    )
    expect(await tend()).toMatchObject({ givenBack: 1 })
    expect(await refusal()).toEqual(['batch-entry-not-a-file'])
  })

  test('a device (needs root and mknod(2); a container may forbid it)', async ({ skip }) => {
    const probe = spawnSync('mknod', [path.join(around, 'zero'), 'c', '1', '5'], { encoding: 'utf8' })
    if (probe.status !== 0) {
      console.log(`left out: no device can be made here (${probe.stderr.trim()})`)
      skip()
    }
    await drop('box', { 'a.jpg': page() }, (place) => make('mknod', path.join(place, 'b.jpg'), 'c', '1', '5'))
    expect(await tend()).toMatchObject({ givenBack: 1 })
    expect(await refusal()).toEqual(['batch-entry-not-a-file'])
  })

  test('in place of a batch folder is no batch: links, pipes and files stay where they are', async () => {
    await mkdir(path.join(around, 'elsewhere'))
    await writeFile(path.join(around, 'elsewhere', 'batch.json'), '{}')
    await symlink(path.join(around, 'elsewhere'), within('box'))
    make('mkfifo', within('pipe'))
    await writeFile(within('file.pdf'), '%PDF')
    expect(await tend()).toMatchObject({ claimed: 0 })
    expect((await readdir(directory)).sort()).toEqual(['.scelle', 'box', 'file.pdf', 'pipe'])
    expect(await readdir(path.join(around, 'elsewhere'))).toEqual(['batch.json'])
  })
})

test('a folder that cannot be taken keeps no other from being taken, and the inbox says why it waits', async () => {
  await drop('box 1', { 'a.jpg': page() })
  await drop('box 2', { 'b.jpg': page() })
  const taken = '01900000-0000-7000-8000-000000000005'
  await mkdir(within('.scelle', 'claimed', taken))
  const ids = [taken, '01900000-0000-7000-8000-000000000006'].map((id) => BatchId.parse(id))
  const claim: HotFolder['claim'] = (_, report) => folder.claim(() => ids.shift()!, report)
  expect(await tend({ ...folder, claim, claimed: async () => [] })).toMatchObject({
    ...{ claimed: 1, postponed: 1 },
    causes: [{ code: 'input-unreadable', facts: { reason: 'EEXIST' } }],
  })
})

describe('a pipe that takes the place of a file after the folder was listed', () => {
  test('is not waited for', async () => {
    await drop('box', { 'a.jpg': page() })
    const claims = await folder.claim(() => BatchId.parse('01900000-0000-7000-8000-000000000001'))
    const { files } = await folder.read(claims[0]!)
    const place = within('.scelle', 'claimed', claims[0]!.batchId, 'box', 'a.jpg')
    await rm(place)
    make('mkfifo', place)
    const reading = (async () => {
      for await (const _ of await files[0]!.read());
    })()
    await expect(reading).rejects.toMatchObject({ code: 'batch-entry-not-a-file' })
  })
})

describe('names', () => {
  const names = [
    'a\nTout est scellé.\n.jpg',
    'a\t\x07\x1b[2Jb.jpg',
    'facture\u202egpj.exe',
    `${'x'.repeat(251)}.jpg`,
    '--delete',
    '..\\..\\etc\\passwd',
    '...',
    '$(touch owned) `touch owned` %n%s',
    '__proto__',
  ]

  test('of files are names, and no more: new lines, right-to-left marks, 255 bytes, commands', async () => {
    await drop('box', Object.fromEntries(names.map((name) => [name, page()])), undefined, {})
    await withGoodBeside(async () => void (await tend()))
    const [id] = await readdir(within('.scelle', 'claimed'))
    // Nobody says whose they are: held. The files themselves were taken for what they are.
    const { batch, files } = await works.outcome(BatchId.parse(id))
    expect([batch, ...files]).toEqual(['composed', ...names.map(() => 'split')])
    expect((await readdir(within('.scelle', 'claimed', id!, 'box'))).sort()).toEqual(
      [...names, '.done', 'batch.json'].sort(),
    )
  })

  test('of folders are names, and no more; those of dots and underscores are no batches', async () => {
    for (const name of names) await drop(name, { 'a.jpg': page() }, undefined, { contract: 'UNKNOWN' })
    await withGoodBeside(async () => void (await tend()))
    const isBatch = (name: string) => !/^[._]/.test(name)
    for (const name of names.filter(isBatch)) expect(await refusal(name)).toEqual(['contract-unknown'])
    const others = names.filter((name) => !isBatch(name))
    expect(await readdir(directory)).toEqual(expect.arrayContaining(others))
    expect(await readdir(within('_refused'))).toHaveLength(names.length - others.length)
  })

  test('that a file system cannot hold are refused in the manifest: ../, NUL, newline, 300 characters', async () => {
    const hostile = ['../../etc/passwd', '/etc/passwd', 'a\0.jpg', 'a\n.jpg', 'é'.repeat(300), '\u202ea.jpg']
    for (const [index, name] of hostile.entries())
      await drop(`box-${index}`, { 'a.jpg': page() }, undefined, { files: [{ name, pages: 1 }] })
    expect(await tend()).toMatchObject({ givenBack: hostile.length })
    for (const index of hostile.keys()) expect(await refusal(`box-${index}`)).toEqual(['manifest-invalid'])
  })

  test('are shown in the answer so that they deceive nobody', async () => {
    const name = 'a\nTout est scellé.\u202e.jpg'
    const expected = { folders: 0, documents: 2, pages: 2 }
    await drop('box', { [name]: 'file-truncated', 'b.jpg': 'file-unreadable' }, undefined, { expected })
    for (let round = 0; round < 2; round++) {
      await tend()
      await works.run()
    }
    await tend()
    const [answer] = await readdir(within('_returned'))
    const text = await readFile(within('_returned', answer!, 'LISEZ-MOI.txt'), 'utf8')
    expect(text).toContain('a\\u{a}Tout est scellé.\\u{202e}.jpg\n')
    expect(text).not.toContain('\u202e')
  })
})

describe('sizes', () => {
  test('a manifest of 5 GB is refused without being read to its end', async () => {
    await drop('box', { 'a.jpg': page() }, (place) => truncate(path.join(place, 'batch.json'), 5 * 2 ** 30))
    const before = process.memoryUsage().rss
    expect(await tend()).toMatchObject({ givenBack: 1 })
    expect(await refusal()).toEqual(['manifest-invalid'])
    expect(process.memoryUsage().rss - before).toBeLessThan(600 * 2 ** 20)
  })

  test('an empty file is refused by its kind, and the others go on', async () => {
    await drop('box', { 'a.jpg': page() }, (place) => writeFile(path.join(place, 'b.jpg'), ''), {
      ...ofPatients({ 'a.jpg': 'SP-1' }),
      expected: { folders: 0, documents: 1, pages: 1 },
    })
    await tend()
    const [id] = await readdir(within('.scelle', 'claimed'))
    await works.run()
    const { files } = await works.outcome(BatchId.parse(id))
    expect(files).toEqual(['split', 'rejected file-kind-unknown'])
  })
})

describe('a file that grows', () => {
  /** Writes on through an open file, wherever that is moved, until told to stop. */
  async function grow(file: string): Promise<() => Promise<void>> {
    const handle = await open(file, 'a')
    const over = new AbortController()
    const growing = (async () => {
      for (; !over.signal.aborted; await sleep(0)) await handle.write(Buffer.alloc(1))
    })()
    return async () => {
      over.abort()
      await growing
      await handle.close()
    }
  }

  test('without a done marker keeps its folder where it is, until it has been quiet', async () => {
    await drop('box', { 'a.jpg': page() })
    await rm(within('box', '.done'))
    for (let round = 0; round < 4; round++) {
      expect(await tend()).toMatchObject({ claimed: 0 })
      await appendFile(within('box', 'a.jpg'), ' ')
      works.clock.advance(60_000)
    }
    expect(existsSync(within('box', 'a.jpg'))).toBe(true)
    expect(await tend()).toMatchObject({ claimed: 0 })
    works.clock.advance(6_000)
    expect(await tend()).toMatchObject({ claimed: 1 })
  })

  test('while it is read puts its folder back, and is taken whole when it has ended', async () => {
    await drop('box', { 'a.jpg': page(), 'b.jpg': page() })
    const [claim] = await folder.claim(() => BatchId.parse('01900000-0000-7000-8000-000000000002'))
    const place = within('.scelle', 'claimed', claim!.batchId, 'box', 'b.jpg')
    // Large enough that it is still being read when it grows.
    const good = await readFile(place)
    await truncate(place, 16 * 2 ** 20)
    const stop = await grow(place)
    const round = await tend()
    await stop()
    expect(round).toMatchObject({ submitted: 0, postponed: 1 })
    expect(existsSync(within('box', 'b.jpg'))).toBe(true)
    expect(await readdir(within('.scelle', 'claimed'))).toEqual([])
    await writeFile(within('box', 'b.jpg'), good)
    await tend()
    await works.run()
    expect(await tend()).toMatchObject({ released: 1 })
  })

  test('faster than it is read does not keep us for ever', async () => {
    await drop('box', { 'a.jpg': page() })
    const [claim] = await folder.claim(() => BatchId.parse('01900000-0000-7000-8000-000000000003'))
    const { files } = await folder.read(claim!)
    const place = within('.scelle', 'claimed', claim!.batchId, 'box', 'a.jpg')
    await truncate(place, 8 * 2 ** 20)
    const handle = await open(place, 'a')
    let read = 0
    const reading = (async () => {
      for await (const chunk of await files[0]!.read()) {
        read += (chunk as Buffer).length
        await handle.write(Buffer.alloc(1 << 20))
      }
    })()
    await expect(reading).rejects.toMatchObject({ code: 'batch-changed-while-read' })
    await handle.close()
    expect(read).toBeLessThan((await stat(place)).size)
  })

  test('shorter while it is read is no file of this batch either', async () => {
    await drop('box', { 'a.jpg': page() })
    const [claim] = await folder.claim(() => BatchId.parse('01900000-0000-7000-8000-000000000004'))
    const { files } = await folder.read(claim!)
    const place = within('.scelle', 'claimed', claim!.batchId, 'box', 'a.jpg')
    await truncate(place, 8 * 2 ** 20)
    const reading = (async () => {
      for await (const _ of await files[0]!.read()) await truncate(place, 100)
    })()
    await expect(reading).rejects.toMatchObject({ code: 'batch-changed-while-read' })
  })
})
