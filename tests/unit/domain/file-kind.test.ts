import { expect, test } from 'vitest'
import { fileKindOf } from '../../../src/domain/file-kind.ts'

const padded = (...head: (string | number[])[]) =>
  Buffer.concat([
    ...head.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : Buffer.from(part))),
    Buffer.alloc(2000),
  ])

test.each([
  ['pdf', padded('%PDF-1.7\n')],
  ['pdf', padded('\ufeff\r\n%PDF-1.4\n')],
  ['pdf', padded([...Buffer.alloc(1000, 0x20)], '%PDF-1.4\n')],
  ['tiff', padded('II', [42, 0, 8, 0, 0, 0])],
  ['tiff', padded('MM', [0, 42, 0, 0, 0, 8])],
  ['tiff', padded('II', [43, 0, 8, 0, 0, 0])],
  ['tiff', padded('MM', [0, 43, 0, 8, 0, 0])],
  ['jpeg', padded([0xff, 0xd8, 0xff, 0xe0])],
  ['png', padded([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])],
])('recognises a %s by its content', (kind, head) => {
  expect(fileKindOf(head)).toBe(kind)
})

test.each([
  ['an empty file', Buffer.alloc(0)],
  ['two bytes of a TIFF', Buffer.from('II')],
  ['a program', padded('MZ', [0x90, 0, 3, 0])],
  ['a program that carries a PDF header', padded('MZ', [0x90, 0, 3, 0], '%PDF-1.7')],
  ['a zip archive that carries a PDF', padded('PK', [3, 4], '%PDF-1.7')],
  ['a PDF header past the first kilobyte', padded([...Buffer.alloc(1100, 0x20)], '%PDF-1.4\n')],
  ['plain text', padded('Compte rendu')],
  ['a TIFF of another version', padded('II', [44, 0, 8, 0, 0, 0])],
])('does not take %s for a scan', (_, head) => {
  expect(fileKindOf(head)).toBeUndefined()
})
