import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { gunzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { packPages } from '../../../src/adapters/tar/pack.ts'
import { unpackPages } from '../../../src/adapters/tar/unpack.ts'
import { Failure } from '../../../src/domain/failure.ts'
import type { UnpackedEntry } from '../../../src/ports.ts'

const packed = (...contents: readonly Buffer[]): Promise<Buffer> => {
  const entries = contents.map((content, index) => ({
    ...{ name: `${index}`, bytes: content.length },
    content: async () => Readable.from([content]),
  }))
  return buffer(packPages(Readable.from(entries), { isCompressed: true }))
}
async function all(stream: Readable): Promise<UnpackedEntry[]> {
  const found: UnpackedEntry[] = []
  for await (const entry of unpackPages(stream)) found.push(entry)
  return found
}
const text = Buffer.from('page '.repeat(50_000))

test('gives back what was packed and compressed, in its order', async () => {
  const archive = await packed(text, Buffer.from('last'))
  expect(archive.length).toBeLessThan(text.length / 10)
  expect(await all(Readable.from([archive]))).toEqual([
    { name: '0', content: text },
    { name: '1', content: Buffer.from('last') },
  ])
})

test('compresses to bytes that depend on nothing else', async () => {
  const [one, other] = [await packed(text), await packed(text)]
  expect(one.equals(other)).toBe(true)
  expect(gunzipSync(one).subarray(0, 2).toString()).toBe('0\u0000')
})

test('fails where the stream does, though all entries have come', async () => {
  const archive = await packed(text)
  const stream = Readable.from(
    (async function* () {
      yield archive
      throw new Failure('envelope-not-authentic')
    })(),
  )
  await expect(all(stream)).rejects.toMatchObject({ code: 'envelope-not-authentic' })
})

test('fails where half of it is missing', async () => {
  const archive = await packed(Buffer.from(Array.from({ length: 5_000 }, (_, i) => (i * i * 31) % 251)))
  await expect(all(Readable.from([archive.subarray(0, archive.length / 2)]))).rejects.toThrow(/./)
})

test('lets go of the stream when nobody listens any more', async () => {
  const stream = Readable.from([await packed(text, text), Buffer.alloc(0)])
  for await (const _ of unpackPages(stream)) break
  await new Promise((resolve) => setTimeout(resolve, 20))
  expect(stream.destroyed).toBe(true)
})
