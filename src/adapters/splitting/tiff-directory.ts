import { Failure } from '../../domain/failure.ts'

/** What a TIFF says of one of its pages. */
export type TiffPage = { readonly bits: number; readonly samples: number }

const offsets = new Set([273, 324])
const counts = new Set([279, 325])
const sizes: Record<number, number> = { 1: 1, 3: 2, 4: 4, 13: 4, 16: 8 }

/** Strips and tiles that one file may list: 5,000 pages of A4 at 300 dpi, each row a strip of its own. */
const mostStrips = 20_000_000

type Reader = {
  big: boolean
  u16(at: number): number
  word(at: number): number
  value(at: number, type: number): number
}

/**
 * Walks the directories of a TIFF 6.0 or BigTIFF file and makes sure that every strip and tile they point at lies
 * inside it: the decoder would show what is missing as white paper.
 * @throws Failure file-truncated, file-unreadable, file-too-large
 */
export function tiffPages(file: Buffer, maxPages: number): TiffPage[] {
  const reader = readerOf(file)
  let listed = 0
  const pages: TiffPage[] = []
  const seen = new Set<number>()
  let at = reader.word(reader.big ? 8 : 4)
  while (at !== 0) {
    if (seen.has(at)) throw new Failure('file-unreadable')
    if (pages.length >= maxPages) throw new Failure('file-too-large', { limit: maxPages })
    seen.add(at)
    const entries = reader.big ? reader.word(at) : reader.u16(at)
    const first = at + (reader.big ? 8 : 2)
    const entryBytes = reader.big ? 20 : 12
    const { page, strips } = directory(reader, file.length, first, entries, entryBytes)
    listed += strips
    if (listed > mostStrips) throw new Failure('file-too-large', { limit: mostStrips })
    pages.push(page)
    at = reader.word(first + entries * entryBytes)
  }
  return pages
}

function directory(
  reader: Reader,
  fileBytes: number,
  first: number,
  entries: number,
  entryBytes: number,
): { page: TiffPage; strips: number } {
  const values = new Map<number, number[]>()
  for (let index = 0; index < entries; index++) {
    const entry = first + index * entryBytes
    const tag = reader.u16(entry)
    if (tag === 258 || tag === 277 || offsets.has(tag) || counts.has(tag))
      values.set(tag, valuesOf(reader, entry))
  }
  const from = values.get(273) ?? values.get(324) ?? []
  const length = values.get(279) ?? values.get(325) ?? []
  if (from.length === 0) throw new Failure('file-unreadable')
  if (from.some((start, index) => start + (length[index] ?? 0) > fileBytes))
    throw new Failure('file-truncated')
  const page = { bits: values.get(258)?.[0] ?? 1, samples: values.get(277)?.[0] ?? 1 }
  return { page, strips: from.length }
}

function valuesOf(reader: Reader, entry: number): number[] {
  const type = reader.u16(entry + 2)
  const count = reader.word(entry + 4)
  const size = sizes[type]
  if (!size || count > 1_000_000) throw new Failure('file-unreadable')
  const inline = reader.big ? 8 : 4
  const place = entry + 4 + inline
  const start = count * size <= inline ? place : reader.word(place)
  const values: number[] = []
  for (let index = 0; index < count; index++) values.push(reader.value(start + index * size, type))
  return values
}

function readerOf(file: Buffer): Reader {
  const little = file[0] === 0x49
  const inside = (at: number, bytes: number): number => {
    if (at + bytes > file.length) throw new Failure('file-truncated')
    return at
  }
  const u16 = (at: number) => (inside(at, 2), little ? file.readUInt16LE(at) : file.readUInt16BE(at))
  const u32 = (at: number) => (inside(at, 4), little ? file.readUInt32LE(at) : file.readUInt32BE(at))
  const u64 = (at: number) =>
    Number((inside(at, 8), little ? file.readBigUInt64LE(at) : file.readBigUInt64BE(at)))
  const big = u16(2) === 43
  return {
    big,
    u16,
    word: big ? u64 : u32,
    value: (at, type) => {
      if (type === 3) return u16(at)
      if (type === 16) return u64(at)
      return type === 1 ? file[inside(at, 1)]! : u32(at)
    },
  }
}
