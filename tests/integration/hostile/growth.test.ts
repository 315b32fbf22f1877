import { describe, expect, test } from 'vitest'
import { contentOf } from '../../../src/adapters/splitting/content.ts'
import { placementOf } from '../../../src/adapters/splitting/placement.ts'
import { tiffPages } from '../../../src/adapters/splitting/tiff-directory.ts'
import { readCsv } from '../../../src/cli/csv.ts'
import { decodeCoverSheet } from '../../../src/domain/cover-sheet.ts'
import { parseIns } from '../../../src/domain/ins.ts'
import { parseManifest } from '../../../src/domain/manifest.ts'
import { openBuffer } from '../../../src/envelope/open.ts'
import { sealBuffer } from '../../../src/envelope/seal.ts'
import { parseNote, parseVerifierKey } from '../../../src/ledger/note.ts'
import { z } from 'zod'

const attempt = (work: () => unknown): void => {
  try {
    work()
  } catch {
    // How it ends is said elsewhere; here, how soon.
  }
}

/** Processor time in microseconds. */
function costOf(work: () => unknown): number {
  const before = process.cpuUsage()
  attempt(work)
  const { user, system } = process.cpuUsage(before)
  return Math.max(1, user + system)
}

/**
 * How much dearer a parser's work gets when its input is eight times as long: 8 if in proportion, 64 if each part is
 * compared with each other. The least of some tries, each within a moment of the other: the machine is not quiet.
 */
function growthOf(size: number, inputOf: (size: number) => () => unknown): number {
  const [small, large] = [inputOf(size), inputOf(size * 8)]
  attempt(small)
  return Math.min(...Array.from({ length: 4 }, () => costOf(large) / costOf(small)))
}

const proportionate = 24
const seal = { key: Buffer.alloc(32, 7), keyId: '00'.repeat(16) }
const sealed = sealBuffer(Buffer.alloc(0), seal)
const table = z.object({ file_number: z.string().max(20), note: z.string().optional() })
const csv = (part: string) => (size: number) => {
  const content = Buffer.from(`file_number,note\n${part.repeat(size)}`)
  return () => readCsv(content, table)
}
const manifestOf = (files: object[], documents: object[]) => {
  const text = JSON.stringify({ version: 1, separation: 'manifest', files, documents })
  return () => parseManifest(text)
}

const inputs: Record<string, readonly [size: number, inputOf: (size: number) => () => unknown]> = {
  'a manifest of many files and documents': [
    500,
    (size) =>
      manifestOf(
        Array.from({ length: size }, (_, index) => ({ name: `${index}.pdf`, pages: 2 })),
        Array.from({ length: size * 2 }, (_, index) => ({ file: `${index >> 1}.pdf`, from: 1, to: 2 })),
      ),
  ],
  'a manifest of faults only': [
    500,
    (size) =>
      manifestOf(
        Array.from({ length: size }, () => ({ name: 'same.pdf', pages: -1 })),
        Array.from({ length: size }, () => ({ file: 'none.pdf', from: 9, to: 1 })),
      ),
  ],
  'a barcode': [
    20_000,
    (size) => {
      const text = `IS01${'0'.repeat(22)}S3${'|A%F0S3'.repeat(size)}|01234567`
      return () => [
        decodeCoverSheet(text),
        decodeCoverSheet(`SCL1${text}`),
        parseIns(text, { production: true }),
      ]
    },
  ],
  'a note of empty lines': [20_000, (size) => () => parseNote(`${'\n\n'.repeat(size)}— a AAAAAAAA\n`)],
  'a note of signatures': [20_000, (size) => () => parseNote(`a\n\n${'— a b\n'.repeat(size)}`)],
  'a verifier key of plus signs': [20_000, (size) => () => parseVerifierKey('a+'.repeat(size))],
  'a register of rows': [1_500, csv('a,b\n')],
  'a register of faulty rows': [500, csv(`${'x'.repeat(30)},b\n`)],
  'a register of quotes': [5_000, csv('"')],
  'a register of columns': [1_500, csv('a,')],
  'an envelope in chunks of one byte': [
    4_000,
    (size) => {
      const chunks = Buffer.alloc(size * 3, Buffer.of(0x04, 0x01, 0xaa))
      const bytes = Buffer.concat([sealed.subarray(0, -28), chunks, sealed.subarray(-28)])
      return () => openBuffer(bytes, seal)
    },
  ],
  'an envelope of envelopes': [
    50_000,
    (size) => () => openBuffer(Buffer.alloc(size, Buffer.of(0x30, 0x80)), seal),
  ],
  'a TIFF of empty directories': [
    500,
    (size) => {
      const file = Buffer.alloc(8 + size * 18)
      file.write('II*\0\x08', 'latin1')
      for (let at = 8; at < file.length; at += 18) {
        file.writeUInt16LE(1, at)
        file.writeUInt16LE(273, at + 2)
        file.writeUInt16LE(3, at + 4)
        file.writeUInt32LE(1, at + 6)
        file.writeUInt32LE(at + 18 < file.length ? at + 18 : 0, at + 14)
      }
      return () => tiffPages(contentOf(file), size * 8)
    },
  ],
}
const contents =
  '( (( < << [ / % - . 1 \\ (\\ <0 <<< q Q 1#q 1#0#0#1#0#0#cm 0#0#1#1#re#W#n 0#0#1#1#re 11111 +1.1.1 BT'.split(
    ' ',
  )

describe('reading takes time in proportion to the length of', () => {
  test.each(Object.entries(inputs))('%s', (_, [size, inputOf]) => {
    expect(growthOf(size, inputOf)).toBeLessThan(proportionate)
  })

  test.each(contents)('page content of nothing but %s', (part) => {
    const text = `${part.replaceAll('#', ' ')}${part.length > 1 ? ' ' : ''}`
    expect(growthOf(2_000, (size) => () => placementOf(text.repeat(size)))).toBeLessThan(proportionate)
    expect(growthOf(2_000, (size) => () => placementOf(text.trim().repeat(size)))).toBeLessThan(proportionate)
  })
})
