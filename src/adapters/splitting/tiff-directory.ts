import { Failure } from '../../domain/failure.ts'
import type { Content } from './content.ts'
import { tiffDensity } from './density.ts'
import type { ToldDensity } from './resolution.ts'
import { readTiff, type TiffDirectory, type TiffReader } from './tiff-reader.ts'

/** What a TIFF says of one of its pages, and where. */
export type TiffPage = {
  readonly at: number
  readonly bits: number
  readonly samples: number
  /** Its further samples, if there are any, are no transparency (TIFF 6.0, ExtraSamples: unspecified). */
  readonly isOpaque: boolean
  readonly density: ToldDensity | undefined
}
/** A piece of a page's image: where it is in the file, and how long. */
export type Strip = { readonly from: number; readonly length: number }

/** Strips and tiles that one file may list: 5,000 pages of A4 at 300 dpi, each row a strip of its own. */
const mostStrips = 20_000_000

/**
 * Walks the directories of a TIFF 6.0 or BigTIFF file and makes sure that every strip and tile they point at lies
 * inside it: the decoder would show what is missing as white paper.
 * @throws Failure file-truncated, file-unreadable, file-too-large
 */
export function tiffPages(content: Content, maxPages: number): TiffPage[] {
  const reader = readTiff(content)
  let listed = 0
  const pages: TiffPage[] = []
  const seen = new Set<number>()
  for (let at = reader.first; at !== 0; ) {
    if (seen.has(at)) throw new Failure('file-unreadable')
    if (pages.length >= maxPages) throw new Failure('file-too-large', { limit: maxPages })
    seen.add(at)
    const directory = reader.directory(at)
    const strips = stripsOf(reader, directory)
    listed += strips.length
    if (listed > mostStrips) throw new Failure('file-too-large', { limit: mostStrips })
    if (strips.some(({ from, length }) => from + length > content.bytes)) throw new Failure('file-truncated')
    const number = (tag: number, otherwise: number) => numbersOf(reader, directory, tag)?.[0] ?? otherwise
    if (isMisread(number)) throw new Failure('file-unreadable', { page: pages.length + 1 })
    const density = tiffDensity(content, directory, reader.isLittle)
    pages.push({ at, bits: number(258, 1), samples: number(277, 1), isOpaque: number(338, 1) === 0, density })
    at = directory.next
  }
  return pages
}

const [float, differences, jpeg] = [3, 6, 7]

/** The decoder shows fractions as black, and colour differences that are not coded as JPEG as if they were colours. */
const isMisread = (number: (tag: number, otherwise: number) => number): boolean =>
  number(339, 1) === float || (number(262, 0) === differences && number(259, 1) !== jpeg)

/** Strips or tiles of a page in order; length 0 where the file does not say. @throws Failure file-unreadable */
export function stripsOf(reader: TiffReader, directory: TiffDirectory): Strip[] {
  const from = numbersOf(reader, directory, 273) ?? numbersOf(reader, directory, 324) ?? []
  const length = numbersOf(reader, directory, 279) ?? numbersOf(reader, directory, 325) ?? []
  if (from.length === 0) throw new Failure('file-unreadable')
  return from.map((start, index) => ({ from: start, length: length[index] ?? 0 }))
}

export function numbersOf(
  reader: TiffReader,
  directory: TiffDirectory,
  wanted: number,
): number[] | undefined {
  const entry = directory.entries.findLast(({ tag }) => tag === wanted)
  return entry && reader.numbers(entry)
}
