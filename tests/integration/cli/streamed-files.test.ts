import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { PassThrough, Readable } from 'node:stream'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { readInput, streamNew } from '../../../src/cli/files.ts'
import { Failure } from '../../../src/domain/failure.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'scelle files '))
})
afterAll(() => rm(folder, { recursive: true }))

/** `end`: what is seen of the folder before the stream ends; it may still fail there. */
const streamed = (end: () => Promise<void>) =>
  Readable.from(
    (async function* () {
      yield Buffer.from('first ')
      yield Buffer.from('second')
      await end()
    })(),
  )

test('a document has its name once it is whole, and is for its owner alone', async () => {
  const file = path.join(folder, 'whole.pdf')
  const seen: string[] = []
  const bytes = await streamNew(
    file,
    streamed(async () => void seen.push(...(await readdir(folder)))),
  )
  expect(bytes).toBe(12)
  expect(seen).toEqual([expect.stringMatching(/^whole\.pdf\.unfinished-/)])
  expect(await readFile(file, 'utf8')).toBe('first second')
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  await rm(file)
})

test('nothing is left of a document that turns out at its end not to be authentic', async () => {
  const failing = streamed(async () => {
    throw new Failure('deposit-differs')
  })
  await expect(streamNew(path.join(folder, 'forged.pdf'), failing)).rejects.toMatchObject({
    code: 'deposit-differs',
  })
  expect(await readdir(folder)).toEqual([])
})

test('a file that came meanwhile under the same name stays as it is', async () => {
  const file = path.join(folder, 'taken.pdf')
  const late = streamed(() => writeFile(file, 'another'))
  await expect(streamNew(file, late)).rejects.toMatchObject({ code: 'output-refused' })
  expect(await readFile(file, 'utf8')).toBe('another')
  expect(await readdir(folder)).toEqual(['taken.pdf'])
  await rm(file)
})

test('a stream that finds no folder to go to is given up', async () => {
  const content = Readable.from([Buffer.from('nowhere to go')])
  await expect(streamNew(path.join(folder, 'no', 'where.pdf'), content)).rejects.toMatchObject({
    code: 'output-refused',
  })
  expect(content.destroyed).toBe(true)
})

test('nothing is left of a document that somebody no longer wants', async () => {
  const interrupted = new AbortController()
  const content = new PassThrough()
  content.write('begun, and never ended')
  setTimeout(() => interrupted.abort(), 20)
  await expect(
    streamNew(path.join(folder, 'unwanted.pdf'), content, interrupted.signal),
  ).rejects.toMatchObject({ code: 'cancelled' })
  expect(await readdir(folder)).toEqual([])
})

test('standard input is taken byte for byte: in another encoding it must be seen to be one', async () => {
  const latin = Buffer.from('HÉRICOURT', 'latin1')
  const stdin = vi
    .spyOn(process, 'stdin', 'get')
    .mockReturnValue(Readable.from([latin]) as unknown as typeof process.stdin)
  try {
    expect(await readInput('-')).toEqual(latin)
  } finally {
    stdin.mockRestore()
  }
})
