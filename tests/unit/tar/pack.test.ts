import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { extract } from 'tar-stream'
import { expect, test } from 'vitest'
import { packPages } from '../../../src/adapters/tar/pack.ts'
import { Failure } from '../../../src/domain/failure.ts'
import type { PackedEntry } from '../../../src/ports.ts'

const entry = (name: string, content: Buffer, bytes = content.length): PackedEntry => ({
  ...{ name, bytes },
  content: async () => Readable.from([content.subarray(0, 3), content.subarray(3)]),
})
async function* each(...entries: readonly PackedEntry[]) {
  yield* entries
}

async function unpacked(archive: Buffer): Promise<[string, string][]> {
  const found: [string, string][] = []
  const reader = Readable.from([archive]).pipe(extract())
  for await (const one of reader) found.push([one.header.name, (await buffer(one)).toString()])
  return found
}

test('packs contents in their order, with bytes that depend on nothing else', async () => {
  const pages = () =>
    packPages(each(entry('0', Buffer.from('first page')), entry('1', Buffer.from('second'))))
  const archive = await buffer(pages())
  expect(await unpacked(archive)).toEqual([
    ['0', 'first page'],
    ['1', 'second'],
  ])
  expect((await buffer(pages())).equals(archive)).toBe(true)
})

test('holds back while nobody reads', async () => {
  let given = 0
  const large: PackedEntry = {
    ...{ name: 'large', bytes: 5_000_000 },
    content: async () =>
      Readable.from(
        (function* () {
          for (; given < 50; given++) yield Buffer.alloc(100_000)
        })(),
      ),
  }
  const archive = packPages(each(large))
  await new Promise((resolve) => archive.once('readable', resolve))
  await new Promise((resolve) => setTimeout(resolve, 20))
  expect(given).toBeLessThan(10)
  expect((await buffer(archive)).length).toBeGreaterThan(5_000_000)
})

test.each([9, 11])('fails when a content of 10 bytes was announced with %i', async (announced) => {
  const archive = packPages(each(entry('0', Buffer.alloc(10), announced)))
  await expect(buffer(archive)).rejects.toThrow(/./)
})

test('fails where a content fails, with its failure', async () => {
  const broken = new Readable({ read: () => broken.destroy(new Failure('staged-object-damaged')) })
  const archive = packPages(each({ name: '0', bytes: 5, content: async () => broken }))
  await expect(buffer(archive)).rejects.toMatchObject({ code: 'staged-object-damaged' })
})

test('lets go of a content when it is given up', async () => {
  const content = new Readable({ read: () => void content.push(Buffer.alloc(1000)) })
  const archive = packPages(each({ name: '0', bytes: 10_000_000, content: async () => content }))
  for await (const _ of archive) break
  await new Promise((resolve) => setTimeout(resolve, 20))
  expect(content.destroyed).toBe(true)
})
