import { Failure } from '../../domain/failure.ts'
import { type Content, pagePart } from './content.ts'
import type { Limits } from './limits.ts'
import { numbersOf, type Strip, stripsOf } from './tiff-directory.ts'
import { bytesOf, readTiff, type TiffDirectory, type TiffEntry, type TiffReader } from './tiff-reader.ts'

/** What a new directory says: values that fit stand in it, others behind it. */
type Entry = Pick<TiffEntry, 'tag' | 'type' | 'count'> & { readonly values: Buffer }

const strips = { from: 273, length: 279 }
const tiles = { from: 324, length: 325 }
/**
 * What makes pixels of strips and tiles: sizes, coding, colours, density, turn. All other tags may be odd (scanners
 * write their own), or point at further directories (pages within, EXIF), and no decoder has to warn of them.
 */
const pictorial = new Set([
  ...[256, 257, 258, 259, 262, 266, 274, 277, 278, 282, 283, 284, 292, 293, 296, 317, 320, 322, 323],
  ...[332, 334, 338, 339, 347, 529, 530, 531, 532, 34_675],
])
const [coding, colours, subsampling] = [259, 262, 530]
const short = 3
const long = 4
const long8 = 16
const uncompressed = 1
const jpeg = 7
const differences = 6
/** Compressing may make an image larger; not by more than this. */
const growth = { times: 2, bytes: 65_536 }

/**
 * One page of a TIFF as a file of its own: its directory, the values that it points at, its strips or tiles, nothing
 * decoded. The decoder thus never sees more than that page.
 * @throws Failure file-truncated, file-unreadable · file-too-large when the page is larger than one may be
 */
export function singlePageTiff(content: Content, at: number, limits: Limits): Buffer {
  const reader = readTiff(content)
  const directory = reader.directory(at)
  const pieces = wholePieces(reader, directory)
  const total = pieces.reduce((sum, { length }) => sum + length, 0)
  if (total > limits.pageMegabytes * 2 ** 20)
    throw new Failure('file-too-large', { limit: limits.pageMegabytes })
  const tags = directory.entries.some(({ tag }) => tag === strips.from) ? strips : tiles
  const kept = directory.entries
    .filter(({ tag }) => pictorial.has(tag))
    .map((entry) => ({ ...entry, values: valuesOf(content, entry, limits) }))
  const words = writerOf(reader)
  const wordsEntry = (tag: number, numbers: readonly number[]): Entry => ({
    ...{ tag, type: reader.isBig ? long8 : long, count: numbers.length },
    values: Buffer.concat(numbers.map((number) => words.word(number))),
  })
  const parts = pieces.map(({ from, length }) => pagePart(content, from, length, limits))
  const sampling = missingSampling(reader, directory, parts[0]!)
  const written = (places: readonly number[]): Buffer =>
    words.file([
      ...kept,
      ...(sampling
        ? [{ tag: subsampling, type: short, count: 2, values: Buffer.concat(sampling.map(words.short)) }]
        : []),
      wordsEntry(tags.from, places),
      wordsEntry(
        tags.length,
        pieces.map(({ length }) => length),
      ),
    ])
  // Its length does not depend on what the places are.
  const blank = written(pieces.map(() => 0)).length
  let place = blank
  const places = pieces.map(({ length }) => (place += length) - length)
  return Buffer.concat([written(places), ...parts])
}

/**
 * How many pixels share a colour, across and down, where only the JPEG stream tells: by its default the decoder would take
 * it for damaged.
 */
function missingSampling(
  reader: TiffReader,
  directory: TiffDirectory,
  stream: Buffer,
): readonly number[] | undefined {
  const told = (tag: number) => numbersOf(reader, directory, tag)?.[0]
  if (told(coding) !== jpeg || told(colours) !== differences || told(subsampling) !== undefined)
    return undefined
  return jpegSampling(stream)
}

/** Of the first component, as its frame header has it (ITU-T T.81, B.2.2). */
function jpegSampling(stream: Buffer): readonly number[] | undefined {
  for (let at = 2; at + 11 < stream.length && stream[at] === 0xff; at += 2 + stream.readUInt16BE(at + 2)) {
    const isFrame = stream[at + 1]! >= 0xc0 && stream[at + 1]! <= 0xc2
    if (isFrame) return [stream[at + 11]! >> 4, stream[at + 11]! & 15]
  }
  return undefined
}

/**
 * Strips as long as the decoder would take them: where the file does not say how long one is, or says too little of the
 * only one of a plain image, it guesses (libtiff: EstimateStripByteCounts).
 */
function wholePieces(reader: TiffReader, directory: TiffDirectory): Strip[] {
  const number = (tag: number, otherwise: number) => numbersOf(reader, directory, tag)?.[0] ?? otherwise
  const bits = number(256, 0) * number(277, 1) * number(258, 1)
  const plain = Math.ceil(bits / 8) * number(257, 0)
  const pieces = stripsOf(reader, directory)
  const starts = pieces.map(({ from }) => from).sort((one, other) => one - other)
  /** Of those that begin at one place, what comes behind the last. */
  const behind = new Map(starts.map((start, index) => [start, starts[index + 1]]))
  const isPlain = pieces.length === 1 && number(coding, uncompressed) === uncompressed
  return pieces.map(({ from, length }) => {
    const upTo = behind.get(from) ?? reader.bytes
    const guess = Math.min(upTo - from, plain * growth.times + growth.bytes)
    const wanted = isPlain ? Math.max(length, plain) : length === 0 ? guess : length
    return { from, length: Math.max(0, Math.min(wanted, reader.bytes - from)) }
  })
}

/** What the file does not hold is left for the decoder to complain of: no bytes are no values. */
function valuesOf(content: Content, entry: TiffEntry, limits: Limits): Buffer {
  const length = bytesOf(entry)
  if (entry.place + length > content.bytes) return Buffer.alloc(0)
  return pagePart(content, entry.place, length, limits)
}

/** Writes a file of one directory, in the byte order and flavour of the file that it comes from. */
function writerOf({ isBig, isLittle }: Pick<TiffReader, 'isBig' | 'isLittle'>) {
  const number = (value: number, bytes: 2 | 4 | 8): Buffer => {
    const big = Buffer.alloc(8)
    big.writeBigUInt64BE(BigInt(value))
    return isLittle ? big.subarray(8 - bytes).reverse() : big.subarray(8 - bytes)
  }
  const wordBytes = isBig ? 8 : 4
  const short = (value: number) => number(value, 2)
  const word = (value: number) => number(value, wordBytes)
  const head = Buffer.concat([
    Buffer.from(isLittle ? 'II' : 'MM', 'latin1'),
    number(isBig ? 43 : 42, 2),
    ...(isBig ? [number(8, 2), number(0, 2), number(16, 8)] : [number(8, 4)]),
  ])
  return {
    short,
    word,
    file(entries: readonly Entry[]): Buffer {
      const sorted = entries.toSorted((one, other) => one.tag - other.tag)
      const entryBytes = isBig ? 20 : 12
      let behind = head.length + (isBig ? 8 : 2) + sorted.length * entryBytes + wordBytes
      const parts = [head, number(sorted.length, isBig ? 8 : 2)]
      const outside: Buffer[] = []
      for (const { tag, type, count, values } of sorted) {
        const inline = Buffer.alloc(wordBytes)
        if (bytesOf({ type, count }) <= wordBytes) values.copy(inline)
        else {
          word(behind).copy(inline)
          outside.push(values)
          behind += values.length
        }
        parts.push(number(tag, 2), number(type, 2), word(count), inline)
      }
      return Buffer.concat([...parts, word(0), ...outside])
    },
  }
}
