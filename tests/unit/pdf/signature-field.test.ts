import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { digestOf, rangeAround } from '../../../src/adapters/pdf/signature-field.ts'

/** A file with a hole in it, of which at least the brackets are there. */
const files = fc
  .record({
    before: fc.uint8Array({ minLength: 1 }),
    hole: fc.uint8Array({ minLength: 2 }),
    after: fc.uint8Array(),
  })
  .map(({ before, hole, after }) => ({ before, hole, after, pdf: Buffer.concat([before, hole, after]) }))

test('a byte range is everything but the signature, to the last byte', () => {
  fc.assert(
    fc.property(files, ({ pdf, before, hole, after }) => {
      const [zero, first, from, second] = rangeAround(pdf.length, before.length, hole.length)
      expect([zero, first + hole.length, from + second]).toEqual([0, from, pdf.length])
      expect(second).toBe(after.length)
    }),
  )
})

test('what is digested is both stretches, whatever the signature is', () => {
  fc.assert(
    fc.property(files, ({ pdf, before, hole, after }) => {
      const range = rangeAround(pdf.length, before.length, hole.length)
      const expected = createHash('sha256').update(before).update(after).digest()
      expect(digestOf(pdf, range)).toEqual(expected)
      pdf.fill(0xff, before.length, before.length + hole.length)
      expect(digestOf(pdf, range)).toEqual(expected)
    }),
  )
})
