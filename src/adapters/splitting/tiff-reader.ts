import { Failure } from '../../domain/failure.ts'
import type { Content } from './content.ts'

/** One entry of a directory: `count` values of a type, at `place` in the file, which is in the entry if they fit. */
export type TiffEntry = {
  readonly tag: number
  readonly type: number
  readonly count: number
  readonly place: number
  readonly isInline: boolean
}
/** One page as its directory (IFD) says: where its strips or tiles are, and how long. */
export type TiffDirectory = {
  readonly entries: readonly TiffEntry[]
  readonly next: number
}
/** TIFF 6.0 or BigTIFF, of either byte order. */
export type TiffReader = {
  readonly bytes: number
  readonly isBig: boolean
  readonly isLittle: boolean
  /** Where the first directory is. */
  readonly first: number
  /** @throws Failure file-truncated, file-unreadable */
  directory(at: number): TiffDirectory
  /** The values of an entry as whole numbers. @throws Failure file-truncated, file-unreadable */
  numbers(entry: TiffEntry): number[]
}

/** Bytes of one value of each type. */
const sizes: Record<number, number> = {
  ...{ 1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8 },
  ...{ 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8 },
}
const wholeTypes = new Set([1, 3, 4, 13, 16])
const mostValues = 1_000_000
const mostEntries = 65_535

export const bytesOf = ({ type, count }: Pick<TiffEntry, 'type' | 'count'>): number =>
  (sizes[type] ?? 1) * count

/** @throws Failure file-truncated */
export function readTiff(content: Content): TiffReader {
  const exactly = (at: number, length: number): Buffer => {
    const part = content.read(at, length)
    if (part.length < length) throw new Failure('file-truncated')
    return part
  }
  const head = exactly(0, 8)
  const isLittle = head[0] === 0x49
  const u16 = (part: Buffer, at: number) => (isLittle ? part.readUInt16LE(at) : part.readUInt16BE(at))
  const u32 = (part: Buffer, at: number) => (isLittle ? part.readUInt32LE(at) : part.readUInt32BE(at))
  const u64 = (part: Buffer, at: number) =>
    Number(isLittle ? part.readBigUInt64LE(at) : part.readBigUInt64BE(at))
  const isBig = u16(head, 2) === 43
  const [word, wordBytes] = isBig ? [u64, 8] : [u32, 4]
  const entryBytes = isBig ? 20 : 12

  const entryOf = (part: Buffer, at: number, base: number): TiffEntry => {
    const [tag, type, count] = [u16(part, at), u16(part, at + 2), word(part, at + 4)]
    const value = at + 4 + wordBytes
    const isInline = bytesOf({ type, count }) <= wordBytes
    return { tag, type, count, isInline, place: isInline ? base + value : word(part, value) }
  }
  return {
    bytes: content.bytes,
    isBig,
    isLittle,
    first: word(exactly(isBig ? 8 : 4, wordBytes), 0),
    directory(at) {
      const counted = isBig ? 8 : 2
      const length = isBig ? u64(exactly(at, 8), 0) : u16(exactly(at, 2), 0)
      if (length > mostEntries) throw new Failure('file-unreadable')
      const part = exactly(at + counted, length * entryBytes + wordBytes)
      const entries = Array.from({ length }, (_, index) => entryOf(part, index * entryBytes, at + counted))
      return { entries, next: word(part, length * entryBytes) }
    },
    numbers({ type, count, place }) {
      const size = sizes[type]
      if (!size || !wholeTypes.has(type) || count > mostValues) throw new Failure('file-unreadable')
      const part = exactly(place, count * size)
      const value = { 1: (at: number) => part[at]!, 2: u16.bind(null, part), 8: u64.bind(null, part) }
      const read = value[size as 1 | 2 | 8] ?? u32.bind(null, part)
      return Array.from({ length: count }, (_, index) => read(index * size))
    },
  }
}
