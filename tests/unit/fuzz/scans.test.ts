import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createFrameReader, frameOf } from '../../../src/adapters/confinement/frames.ts'
import { contentOf } from '../../../src/adapters/splitting/content.ts'
import { operationsOf } from '../../../src/adapters/splitting/content-operators.ts'
import { placementOf } from '../../../src/adapters/splitting/placement.ts'
import { tiffPages } from '../../../src/adapters/splitting/tiff-directory.ts'
import { fileKindOf } from '../../../src/domain/file-kind.ts'
import { verdictOf } from './verdict.ts'

const named = ['accepted', 'file-unreadable', 'file-truncated', 'file-too-large']
const lexemes = fc
  .array(
    fc.oneof(
      fc.constantFrom(...'q Q cm re W n Do BT ET Tr Tj ( ) \\ < << >> [ ] /Im0 / % BI -1.5 1e9 .'.split(' ')),
      fc.double().map(String),
      fc.string({ unit: 'binary', maxLength: 5 }),
    ),
    { maxLength: 60 },
  )
  .map((parts) => parts.join(' '))

describe('what is read of a file from outside, whatever it holds:', () => {
  test('the directories of a TIFF are pages, or a failure of files', () => {
    const starts = fc.constantFrom('II*\0', 'MM\0*', 'II+\0\x08\0\0\0', 'MM\0+\0\x08\0\0')
    fc.assert(
      fc.property(starts, fc.uint8Array({ maxLength: 300 }), (start, bytes) => {
        const file = Buffer.concat([Buffer.from(start, 'latin1'), bytes])
        expect(named).toContain(verdictOf(() => tiffPages(contentOf(file), 50)))
      }),
    )
  })

  test('the content of a page is operations, and one image or none', () => {
    fc.assert(
      fc.property(lexemes, (content) => {
        expect([...operationsOf(content)].length).toBeLessThanOrEqual(content.length)
        expect(['object', 'undefined']).toContain(typeof placementOf(content))
      }),
    )
  })

  test('its kind is one of four, or none', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (head) => {
        expect([undefined, 'pdf', 'tiff', 'jpeg', 'png']).toContain(fileKindOf(Buffer.from(head)))
      }),
    )
  })
})

describe('messages of a confined process', () => {
  test('come out as they went in, in whatever pieces they come', () => {
    const messages = fc.array(fc.tuple(fc.jsonValue(), fc.uint8Array({ maxLength: 50 })), {
      minLength: 1,
      maxLength: 5,
    })
    fc.assert(
      fc.property(messages, fc.integer({ min: 1, max: 40 }), (sent, piece) => {
        const bytes = Buffer.concat(sent.flatMap(([head, body]) => frameOf(head, body)))
        const heard: unknown[] = []
        const hear = createFrameReader({ headBytes: 10_000, bodyBytes: 100 }, ({ head, body }) =>
          heard.push([head, [...body]]),
        )
        for (let at = 0; at < bytes.length; at += piece) hear(bytes.subarray(at, at + piece))
        expect(heard).toEqual(
          sent.map(([head, body]) => [JSON.parse(JSON.stringify(head)) as unknown, [...body]]),
        )
      }),
    )
  })

  test('that announce too much, or are not what they should be, are refused', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 9, maxLength: 60 }), (noise) => {
        const hear = createFrameReader({ headBytes: 20, bodyBytes: 20 }, () => {})
        try {
          hear(Buffer.from(noise))
        } catch (error) {
          expect(['RangeError', 'SyntaxError']).toContain((error as Error).name)
        }
      }),
    )
  })
})
