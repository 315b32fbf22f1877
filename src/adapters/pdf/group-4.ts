import type { Sharp } from 'sharp'

/** A page in CCITT Group 4 (ITU-T T.6). */
export type Group4 = {
  readonly codes: Buffer
  readonly width: number
  readonly height: number
  /** What a fax calls black shows white. */
  readonly inverted: boolean
}

const tag = {
  width: 256,
  height: 257,
  bits: 258,
  compression: 259,
  photometric: 262,
  fillOrder: 266,
  stripOffsets: 273,
  orientation: 274,
  samples: 277,
  stripBytes: 279,
  options: 293,
} as const

/**
 * Takes the Group 4 codes out of a little-endian TIFF 6.0 without touching a bit; undefined when they are in several
 * strips, or in tiles, or it holds something else.
 */
export function group4Of(tiff: Buffer): Group4 | undefined {
  if (tiff.length < 8 || tiff.toString('latin1', 0, 4) !== 'II*\0') return undefined
  const values = valuesOf(tiff)
  const is = (wanted: number, value: number, otherwise?: number) =>
    (values.has(wanted) ? values.get(wanted) : otherwise) === value
  const plain =
    is(tag.compression, 4) &&
    is(tag.bits, 1, 1) &&
    is(tag.samples, 1, 1) &&
    is(tag.fillOrder, 1, 1) &&
    is(tag.orientation, 1, 1) &&
    is(tag.options, 0, 0)
  const [width, height, photometric] = [tag.width, tag.height, tag.photometric].map((each) =>
    values.get(each),
  )
  if (!plain || !width || !height || (photometric !== 0 && photometric !== 1)) return undefined
  const [start, bytes] = [values.get(tag.stripOffsets), values.get(tag.stripBytes)]
  if (!start || !bytes || start + bytes > tiff.length) return undefined
  const codes = tiff.subarray(start, start + bytes)
  return { codes, width, height, inverted: photometric === 1 }
}

/** The values of the first directory that are single numbers; others are there, as NaN. */
function valuesOf(tiff: Buffer): Map<number, number> {
  const directory = tiff.readUInt32LE(4)
  const values = new Map<number, number>()
  for (let entry = 0; entry < tiff.readUInt16LE(directory); entry++) {
    const at = directory + 2 + entry * 12
    const short = tiff.readUInt16LE(at + 2) === 3
    const value = short ? tiff.readUInt16LE(at + 8) : tiff.readUInt32LE(at + 8)
    values.set(tiff.readUInt16LE(at), tiff.readUInt32LE(at + 4) === 1 ? value : Number.NaN)
  }
  return values
}

/** Longer than any page: all rows in one strip. */
const oneStrip = 32_768

/** Codes a bitonal image anew, in one strip. */
export async function codeGroup4(bitonal: Sharp): Promise<Group4> {
  const tiff = await bitonal
    .toColourspace('b-w')
    .tiff({ compression: 'ccittfax4', bitdepth: 1, miniswhite: true, tileHeight: oneStrip })
    .toBuffer()
  const coded = group4Of(tiff)
  if (!coded) throw new TypeError('not coded as one strip')
  return coded
}
