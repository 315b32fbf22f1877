import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Failure } from '../../../src/domain/failure.ts'
import { chunkBytes } from '../../../src/envelope/layout.ts'
import { openBuffer, openStream } from '../../../src/envelope/open.ts'
import { sealBuffer, sealStream } from '../../../src/envelope/seal.ts'

const key = Buffer.alloc(32, 7)
const keyId = '000102030405060708090a0b0c0d0e0f'
const seal = { key, keyId }
const anyContent = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes))
const long = (bytes: number) => Buffer.alloc(bytes, 'pages ')

/** The content cut at random places. */
const cut = (content: Buffer, sizes: readonly number[]): Buffer[] => {
  const pieces: Buffer[] = []
  for (let at = 0, i = 0; at < content.length; i++) {
    const size = sizes[i % sizes.length] ?? 1
    pieces.push(content.subarray(at, at + size))
    at += size
  }
  return pieces
}
const through = async (content: Buffer, sizes: readonly number[], stream: NodeJS.ReadWriteStream) => {
  const out: Buffer[] = []
  stream.on('data', (part: Buffer) => out.push(part))
  await pipeline(Readable.from(cut(content, sizes)), stream)
  return Buffer.concat(out)
}
const refusalOf = (act: () => unknown): string => {
  try {
    act()
  } catch (error) {
    const { code, facts } = error as Failure
    return `${code} ${facts.reason}`
  }
  return 'accepted'
}

test('what was sealed opens to the same bytes, whatever its size', () => {
  fc.assert(
    fc.property(anyContent, (content) => {
      expect(openBuffer(sealBuffer(content, seal), seal).equals(content)).toBe(true)
    }),
  )
})

test.each([0, 1, chunkBytes - 1, chunkBytes, chunkBytes + 1, 3 * chunkBytes])(
  'a content of %i bytes opens again, around the ends of chunks',
  (bytes) => {
    expect(openBuffer(sealBuffer(long(bytes), seal), seal).equals(long(bytes))).toBe(true)
  },
)

test('sealing and opening as streams gives the same bytes, however the input is cut', async () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 90_000 }), { minLength: 1, maxLength: 4 })
  const anyLength = fc.integer({ min: 0, max: 3 * chunkBytes })
  await fc.assert(
    fc.asyncProperty(anyLength, sizes, sizes, async (bytes, sealSizes, openSizes) => {
      const sealed = await through(long(bytes), sealSizes, sealStream(seal))
      const opened = await through(sealed, openSizes, openStream(seal))
      expect(opened.equals(long(bytes))).toBe(true)
    }),
    { numRuns: 30 },
  )
})

test('an envelope that comes byte by byte opens', async () => {
  const opened = await through(sealBuffer(long(700), seal), [1], openStream(seal))
  expect(opened.equals(long(700))).toBe(true)
})

test('two seals of one content share no key, nonce or ciphertext', () => {
  const [first, second] = [sealBuffer(long(100), seal), sealBuffer(long(100), seal)]
  expect(first.equals(second)).toBe(false)
})

test('the same randomness gives the same envelope, in one piece or as a stream', async () => {
  const fixed = { ...seal, random: (bytes: number) => Buffer.alloc(bytes, 5) }
  const whole = sealBuffer(long(100_000), fixed)
  expect((await through(long(100_000), [999], sealStream(fixed))).equals(whole)).toBe(true)
})

test('refuses an envelope of which any single bit changed', () => {
  const sealed = sealBuffer(Buffer.from('visite de reprise'), seal)
  for (let bit = 0; bit < sealed.length * 8; bit++) {
    const changed = Buffer.from(sealed)
    changed[bit >> 3]! ^= 1 << (bit & 7)
    expect(
      refusalOf(() => openBuffer(changed, seal)),
      `bit ${bit}`,
    ).toMatch(/^envelope-(invalid|not-authentic) /)
  }
})

test('refuses an envelope of several chunks of which any byte changed', () => {
  const sealed = sealBuffer(long(2 * chunkBytes + 9), seal)
  fc.assert(
    fc.property(fc.nat(sealed.length - 1), fc.integer({ min: 1, max: 255 }), (at, difference) => {
      const changed = Buffer.from(sealed)
      changed[at]! ^= difference
      expect(refusalOf(() => openBuffer(changed, seal))).not.toBe('accepted')
    }),
    { numRuns: 40 },
  )
})

test('refuses an envelope cut short at any byte', () => {
  const sealed = sealBuffer(Buffer.from('aptitude'), seal)
  for (let length = 0; length < sealed.length; length++) {
    expect(
      refusalOf(() => openBuffer(sealed.subarray(0, length), seal)),
      `${length} bytes`,
    ).not.toBe('accepted')
  }
})

test('refuses an envelope cut short between two chunks', () => {
  const sealed = sealBuffer(long(2 * chunkBytes), seal)
  const head = sealBuffer(Buffer.alloc(0), seal).length - 28
  const cutShort = sealed.subarray(0, head + chunkBytes + 5)
  expect(refusalOf(() => openBuffer(cutShort, seal))).toBe('envelope-invalid truncated')
})

test('refuses chunks that changed places', () => {
  const content = Buffer.concat([Buffer.alloc(chunkBytes, 1), Buffer.alloc(chunkBytes, 2)])
  const sealed = sealBuffer(content, seal)
  const head = sealBuffer(Buffer.alloc(0), seal).length - 28
  const size = chunkBytes + 5
  const parts = [
    sealed.subarray(0, head),
    sealed.subarray(head + size, head + 2 * size),
    sealed.subarray(head, head + size),
    sealed.subarray(head + 2 * size),
  ]
  expect(refusalOf(() => openBuffer(Buffer.concat(parts), seal))).toBe(
    'envelope-not-authentic content-differs',
  )
})

test('refuses bytes after the end', () => {
  const sealed = sealBuffer(long(10), seal)
  for (const more of [Buffer.of(0), Buffer.of(0, 0), sealed, long(100_000)]) {
    expect(refusalOf(() => openBuffer(Buffer.concat([sealed, more]), seal))).toBe(
      'envelope-invalid trailing-bytes',
    )
  }
})

test('refuses a key that is not the one, and says so apart from a changed content', () => {
  const other = { key: Buffer.alloc(32, 8) }
  expect(refusalOf(() => openBuffer(sealBuffer(long(9), seal), other))).toBe(
    'envelope-not-authentic key-differs',
  )
})

test('refuses an envelope that names another key, before trying it', () => {
  const sealed = sealBuffer(long(9), seal)
  const opening = { key, keyId: 'ff0102030405060708090a0b0c0d0e0f' }
  expect(refusalOf(() => openBuffer(sealed, opening))).toBe('envelope-not-authentic key-id-differs')
})

test('refuses noise with a failure of the table, never with another error', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 700 }), (noise) => {
      expect(refusalOf(() => openBuffer(Buffer.from(noise), seal))).toMatch(
        /^envelope-(invalid|not-authentic) /,
      )
    }),
  )
})

test('refuses noise that begins like an envelope', () => {
  const head = sealBuffer(long(9), seal)
  fc.assert(
    fc.property(fc.nat(head.length), fc.uint8Array({ maxLength: 300 }), (keep, noise) => {
      const forged = Buffer.concat([head.subarray(0, keep), Buffer.from(noise)])
      fc.pre(!forged.equals(head))
      expect(refusalOf(() => openBuffer(forged, seal))).toMatch(/^envelope-(invalid|not-authentic) /)
    }),
  )
})

test('a stream of a changed envelope ends with the failure', async () => {
  const sealed = sealBuffer(long(200_000), seal)
  sealed[100_000]! ^= 1
  const opening = buffer(Readable.from([sealed]).pipe(openStream(seal)))
  await expect(through(sealed, [4096], openStream(seal))).rejects.toMatchObject({
    code: 'envelope-not-authentic',
  })
  await expect(opening).rejects.toMatchObject({ code: 'envelope-not-authentic' })
})

test('a key id that is not hex is refused before anything is sealed', () => {
  for (const wrong of ['', 'zz', '123', '00'.repeat(65)]) {
    expect(() => sealBuffer(long(1), { key, keyId: wrong })).toThrow(RangeError)
  }
})
