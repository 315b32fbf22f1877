import { randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { element, tags } from '../../../src/envelope/ber.ts'
import { chunkBytes } from '../../../src/envelope/layout.ts'
import { openStream } from '../../../src/envelope/open.ts'
import { surveying } from '../../../src/envelope/places.ts'
import { sealBuffer } from '../../../src/envelope/seal.ts'

const seal = { key: Buffer.alloc(32, 7), keyId: '00'.repeat(16) }

async function surveyed(content: Buffer) {
  const sealed = sealBuffer(content, seal)
  const { surveyor, places } = surveying()
  expect((await buffer(Readable.from([sealed]).pipe(openStream(seal, surveyor)))).equals(content)).toBe(true)
  const found = places()
  const read = (from: number, to: number) => {
    const range = found.sealedRange(from, to)
    return found.decrypt(from, to, sealed.subarray(range.from, range.to))
  }
  return { places: found, read }
}

test.each([1, 15, 17, chunkBytes - 1, chunkBytes, chunkBytes + 1, 3 * chunkBytes, 3 * chunkBytes + 99])(
  'any part of a content of %i bytes is read as if it were all there',
  async (bytes) => {
    const content = randomBytes(bytes)
    const { places, read } = await surveyed(content)
    expect(places.bytes).toBe(bytes)
    const place = fc.integer({ min: 0, max: bytes - 1 })
    fc.assert(
      fc.property(place, place, (one, other) => {
        const [from, to] = [Math.min(one, other), Math.max(one, other) + 1]
        expect(read(from, to).equals(content.subarray(from, to))).toBe(true)
      }),
    )
  },
)

test('an empty content has no part', async () => {
  expect((await surveyed(Buffer.alloc(0))).places.bytes).toBe(0)
})

test('a content in one plain element is read in parts too', async () => {
  const content = randomBytes(500)
  const sealed = sealBuffer(content, seal)
  const head = sealBuffer(Buffer.alloc(0), seal).length - 30
  // [0] { OCTET STRING } of indefinite length becomes [0] IMPLICIT OCTET STRING, as another writer may have it.
  const encrypted = sealed.subarray(head + 2 + 4, head + 2 + 4 + 500)
  const plain = Buffer.concat([
    sealed.subarray(0, head),
    element(tags.primitive0, encrypted),
    sealed.subarray(head + 2 + 4 + 500 + 2),
  ])
  const { surveyor, places } = surveying()
  expect((await buffer(Readable.from([plain]).pipe(openStream(seal, surveyor)))).equals(content)).toBe(true)
  const range = places().sealedRange(40, 60)
  expect(places().decrypt(40, 60, plain.subarray(range.from, range.to))).toEqual(content.subarray(40, 60))
})

test('chunks of uneven lengths are refused: nobody of ours writes them', async () => {
  const sealed = sealBuffer(Buffer.alloc(300), seal)
  const head = sealBuffer(Buffer.alloc(0), seal).length - 28
  const encrypted = sealed.subarray(head + 4, head + 304)
  const uneven = [encrypted.subarray(0, 100), encrypted.subarray(100, 250), encrypted.subarray(250)]
  const parts = [
    sealed.subarray(0, head),
    ...uneven.map((one) => element(tags.octetString, one)),
    sealed.subarray(head + 304),
  ]
  const envelope = () => Readable.from([Buffer.concat(parts)])
  expect(await buffer(envelope().pipe(openStream(seal)))).toHaveLength(300)
  await expect(buffer(envelope().pipe(openStream(seal, surveying().surveyor)))).rejects.toMatchObject({
    code: 'envelope-invalid',
    facts: { reason: 'chunks-uneven' },
  })
})
