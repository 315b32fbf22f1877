import { expect, test } from 'vitest'
import type { Failure } from '../../../src/domain/failure.ts'
import { element, tags } from '../../../src/envelope/ber.ts'
import { openBuffer } from '../../../src/envelope/open.ts'
import { sealBuffer } from '../../../src/envelope/seal.ts'

const seal = { key: Buffer.alloc(32, 7), keyId: '00'.repeat(16) }
const empty = sealBuffer(Buffer.alloc(0), seal)
/** Everything before the content, and what follows it. */
const head = empty.subarray(0, -28)
const tail = empty.subarray(-28)

const reasonOf = (...parts: readonly Buffer[]): unknown => {
  try {
    openBuffer(Buffer.concat(parts), seal)
  } catch (error) {
    return (error as Failure).facts.reason
  }
  return 'accepted'
}
const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex')

test('the parts that the cases below are made of are a good envelope', () => {
  expect(reasonOf(head, tail)).toBe('accepted')
})

test.each<[string, string, readonly Buffer[]]>([
  ['nothing at all', 'truncated', []],
  ['another kind of message', 'value-unexpected', [hex('3080 06092a864886f70d010703 a080 0000 0000')]],
  ['a PDF', 'element-unexpected', [Buffer.from('%PDF-1.7\n'.padEnd(600, ' '))]],
  ['a length of lengths past six octets', 'length-malformed', [hex('3087 01000000000000')]],
  ['a length that could be said shorter', 'length-not-minimal', [hex('3081 05 0603550403')]],
  ['a length with leading zeroes', 'length-not-minimal', [hex('3082 0080'), Buffer.alloc(0x80)]],
  ['an empty chunk', 'chunk-empty', [head, hex('0400'), tail]],
  ['a chunk of indefinite length', 'length-malformed', [head, hex('0480 0000'), tail]],
  ['chunks within chunks', 'element-unexpected', [head, hex('2480 0401aa 0000'), tail]],
  ['a chunk longer than GCM may encrypt', 'length-out-of-bounds', [head, hex('0486 ffffffffffff'), tail]],
  ['a chunk longer than the input', 'truncated', [head, hex('0484 0fffffff'), tail]],
  ['no end after the content', 'truncated', [head, element(tags.octetString, Buffer.alloc(16))]],
  [
    'a short mac',
    'length-out-of-bounds',
    [head, hex('0000 0000'), element(tags.octetString, Buffer.alloc(12))],
  ],
])('refuses %s: %s', (_, reason, parts) => {
  expect(reasonOf(...parts)).toBe(reason)
})

test('refuses attributes, which another writer could add around the same content', () => {
  const attributes = element(0xa2, element(tags.sequence))
  expect(reasonOf(head, tail.subarray(0, 22), attributes, tail.subarray(22))).toBe('end-missing')
})

test('refuses a shorter authentication tag than 16 bytes, which would be guessed sooner', () => {
  const at = head.indexOf(hex('020110'), 140)
  const weaker = Buffer.from(head)
  weaker[at + 2] = 12
  expect(reasonOf(weaker, tail)).toBe('value-unexpected')
})

test('refuses a second recipient', () => {
  const from = head.indexOf(hex('31'), 20)
  const recipient = head.subarray(from + 2, from + 2 + head[from + 1]!)
  const twice = element(tags.set, recipient, recipient)
  const forged = [head.subarray(0, from), twice, head.subarray(from + 2 + recipient.length), tail]
  expect(reasonOf(...forged)).toBe('length-differs')
})
