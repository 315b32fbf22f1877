import { type Content, contentOf } from './content.ts'
import type { ToldDensity } from './resolution.ts'
import { readTiff, type TiffDirectory } from './tiff-reader.ts'

const inch = 2.54
/** What stands before the picture itself. */
const longestHead = 1 << 20

/** What a JPEG says of its pixels: in its JFIF segment (ITU-T T.871, 10.1), else in its EXIF. */
export function jpegDensity(jpeg: Buffer): ToldDensity | undefined {
  let exif: ToldDensity | undefined
  for (let at = 2; at + 4 <= Math.min(jpeg.length, longestHead) && jpeg[at] === 0xff; ) {
    const [marker, length] = [jpeg[at + 1]!, jpeg.readUInt16BE(at + 2)]
    const body = jpeg.subarray(at + 4, at + 2 + length)
    if (marker === 0xda || length < 2) break
    if (marker === 0xe0 && body.length >= 12 && body.toString('latin1', 0, 5) === 'JFIF\0') {
      const jfif = inUnits(body.readUInt16BE(8), body.readUInt16BE(10), jfifUnits[body[7]!])
      if (jfif && !(jfif.isRatio && jfif.across === jfif.down)) return jfif
    }
    if (marker === 0xe1 && body.toString('latin1', 0, 6) === 'Exif\0\0')
      exif ??= exifDensity(body.subarray(6))
    at += 2 + length
  }
  return exif
}

function exifDensity(tiff: Buffer): ToldDensity | undefined {
  try {
    const content = contentOf(tiff)
    const reader = readTiff(content)
    return tiffDensity(content, reader.directory(reader.first), reader.isLittle)
  } catch {
    return undefined
  }
}

/** What a PNG says of its pixels (ISO/IEC 15948, 11.3.5.3): to the metre, or as a ratio. */
export function pngDensity(png: Buffer): ToldDensity | undefined {
  for (let at = 8; at + 12 <= Math.min(png.length, longestHead); at += 12 + png.readUInt32BE(at)) {
    const kind = png.toString('latin1', at + 4, at + 8)
    if (kind === 'IDAT') return undefined
    if (kind === 'pHYs' && at + 17 <= png.length)
      return inUnits(
        png.readUInt32BE(at + 8),
        png.readUInt32BE(at + 12),
        png[at + 16] === 1 ? inch / 100 : undefined,
      )
  }
  return undefined
}

/** What a directory of a TIFF says of its page's pixels (TIFF 6.0, section 8): XResolution, YResolution, ResolutionUnit. */
export function tiffDensity(
  content: Content,
  { entries }: Pick<TiffDirectory, 'entries'>,
  isLittle: boolean,
): ToldDensity | undefined {
  const values = (tag: number): number | undefined => {
    const entry = entries.findLast((each) => each.tag === tag)
    const part = entry && content.read(entry.place, 8)
    if (!part || part.length < 8) return undefined
    if (tag === 296) return isLittle ? part.readUInt16LE(0) : part.readUInt16BE(0)
    if (entry.type === 11) return isLittle ? part.readFloatLE(0) : part.readFloatBE(0)
    if (entry.type !== 5) return undefined
    return isLittle
      ? part.readUInt32LE(0) / part.readUInt32LE(4)
      : part.readUInt32BE(0) / part.readUInt32BE(4)
  }
  const across = values(282)
  return across === undefined
    ? undefined
    : inUnits(across, values(283) ?? across, tiffUnits[values(296) ?? 2])
}

/** Inches in the unit that densities are told by; none: they are a ratio alone. */
const jfifUnits: Readonly<Record<number, number>> = { 1: 1, 2: inch }
const tiffUnits: Readonly<Record<number, number>> = { 2: 1, 3: inch }

function inUnits(across: number, down: number, unit: number | undefined): ToldDensity | undefined {
  if (!(across > 0 && down > 0 && Number.isFinite(across / down))) return undefined
  if (unit === undefined) return { across, down, isRatio: true }
  return { across: tenths(across * unit), down: tenths(down * unit), isRatio: false }
}

/** Metres and centimetres do not come out even. */
const tenths = (value: number): number => Math.round(value * 10) / 10
