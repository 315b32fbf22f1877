import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { element, endOfContents, tags } from '../../../src/envelope/ber.ts'
import { openBuffer } from '../../../src/envelope/open.ts'
import { sealBuffer } from '../../../src/envelope/seal.ts'
import { verdictOf } from './verdict.ts'

const seal = { key: Buffer.alloc(32, 7), keyId: '00'.repeat(16) }
const named = ['envelope-invalid', 'envelope-not-authentic']
const good = sealBuffer(Buffer.from('some pages'), seal)
const opened = (bytes: Buffer) => verdictOf(() => openBuffer(bytes, seal))

/** BER of any depth: definite and indefinite lengths, right and wrong. */
const { ber } = fc.letrec<{ ber: Buffer }>((tie) => ({
  ber: fc.oneof(
    { maxDepth: 6 },
    fc.uint8Array({ maxLength: 20 }).map((bytes) => element(tags.octetString, Buffer.from(bytes))),
    fc
      .tuple(fc.nat(255), fc.array(tie('ber'), { maxLength: 4 }))
      .map(([tag, parts]) => element(tag, ...parts)),
    fc
      .tuple(fc.nat(255), fc.array(tie('ber'), { maxLength: 4 }))
      .map(([tag, parts]) => Buffer.concat([Buffer.of(tag, 0x80), ...parts, endOfContents])),
    fc.uint8Array({ maxLength: 12 }).map((bytes) => Buffer.from(bytes)),
  ),
}))

describe('a sealed object, whatever it is,', () => {
  test('is refused as an envelope that is none, or is not authentic', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          ber,
          fc.tuple(fc.nat(good.length), ber).map(([at, rest]) => Buffer.concat([good.subarray(0, at), rest])),
        ),
        (bytes) => {
          // Chance may put together what was cut off.
          fc.pre(!bytes.equals(good))
          expect(named).toContain(opened(bytes))
        },
      ),
    )
  })

  test('nested without end is refused, not followed', () => {
    expect(opened(Buffer.alloc(2_000_000, Buffer.of(0x30, 0x80)))).toBe('envelope-invalid')
  })
})
