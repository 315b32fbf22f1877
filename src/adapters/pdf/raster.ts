import sharp, { type Sharp } from 'sharp'
import { saysMoreThanGrey } from './colour.ts'

/** An image of one byte a sample, row by row: one sample a pixel (grey), or three (red, green, blue). */
export type Raster = {
  readonly pixels: Uint8Array
  readonly width: number
  readonly height: number
  readonly channels: 1 | 3
}

/** How an image is decoded: larger or smaller, and grown to whole blocks of pixels by its own last rows and columns. */
type Shape = { readonly width: number; readonly height: number; readonly block: number }

/**
 * Decodes an image on white, in grey where its colours say nothing: green then is the grey that costs least, for it is
 * most of what light is.
 */
export async function rasterOf(image: Buffer, shape?: Shape): Promise<Raster> {
  const picture = await pictureOnWhite(image)
  const inColour = picture.inColour && (await saysMoreThanGrey(picture.open(), picture.width))
  const shaped = shape ? reshaped(picture.open(), shape) : picture.open()
  const { data, info } = await (picture.inColour && !inColour ? shaped.extractChannel(1) : shaped)
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true })
  return { pixels: data, width: info.width, height: info.height, channels: info.channels === 3 ? 3 : 1 }
}

/** A picture that is grey stays so; a profile that says of sRGB that it is sRGB is not followed, at twice the cost. */
async function pictureOnWhite(image: Buffer) {
  const { width, space, hasAlpha, icc } = await sharp(image).metadata()
  const inColour = hasAlpha || (space !== 'b-w' && space !== 'grey16')
  const options = { ignoreIcc: icc !== undefined && isSrgb(icc), sequentialRead: true }
  const open = (): Sharp =>
    inColour
      ? sharp(image, options).flatten({ background: '#fff' }).toColourspace('srgb')
      : sharp(image, options).toColourspace('b-w')
  return { width, inColour, open }
}

/** By its description, in ASCII or UTF-16 (ICC.1, 9.2.41). */
const isSrgb = (icc: Buffer): boolean => icc.toString('latin1').replaceAll('\0', '').includes('sRGB')

const reshaped = (picture: Sharp, { width, height, block }: Shape): Sharp =>
  picture.resize({ width, height, fit: 'fill' }).extend({
    right: (block - (width % block)) % block,
    bottom: (block - (height % block)) % block,
    extendWith: 'copy',
  })

export const pictureOf = ({ pixels, width, height, channels }: Raster): Sharp =>
  sharp(pixels, { raw: { width, height, channels } }).toColourspace(channels === 1 ? 'b-w' : 'srgb')

/** Divides noise more coarsely than strokes (N. Robidoux's table). */
const table = 3

export const jpegOf = (raster: Raster, quality: number): Promise<Buffer> =>
  pictureOf(raster).jpeg({ quality, quantisationTable: table }).toBuffer()

/** Gives the memory of its pixels back at once; they are gone. The engine would look through all that it has for it. */
export function letGo({ pixels: { buffer, byteLength } }: Raster): void {
  if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) buffer.transfer(0)
}

export function luminance({ pixels, channels }: Raster): Uint8Array {
  if (channels === 1) return pixels
  const grey = new Uint8Array(pixels.length / 3)
  for (let at = 0, from = 0; at < grey.length; at++, from += 3)
    grey[at] = (pixels[from]! * 77 + pixels[from + 1]! * 150 + pixels[from + 2]! * 29) >> 8
  return grey
}

/** One pixel in so many is looked at: a prime, so that no column is left out. */
const stride = 7
/** Levels between black and white, and how many pixels in a thousand may have them. */
const between = { from: 48, to: 208, perThousand: 0.5 }

/** What a JPEG adds to a stroke stays in the squares that it codes as one, and in those beside them. */
const square = 8
/** Paper that was made white is lighter, and so many pixels that are not are a tick of three millimetres. */
const [white, tick] = [240, 30]

/** Whether a grey page was black and white before somebody kept it in grey: nothing pale is written on it. */
export function isTwoLevel(raster: Raster): boolean {
  const { pixels, channels } = raster
  if (channels !== 1) return false
  let grey = 0
  for (let at = 0; at < pixels.length; at += stride)
    if (pixels[at]! > between.from && pixels[at]! < between.to) grey++
  return grey * stride * 1000 <= pixels.length * between.perThousand && !hasPaleStrokes(raster)
}

/** Ink that is not dark and not near any that is: a pencil's, of which no black and white would be left. */
function hasPaleStrokes({ pixels, width, height }: Raster): boolean {
  const [columns, rows] = [Math.ceil(width / square), Math.ceil(height / square)]
  const isDark = new Uint8Array(columns * rows)
  const pale = new Uint8Array(columns * rows)
  for (let y = 0, at = 0; y < height; y++)
    for (let x = 0, row = Math.floor(y / square) * columns; x < width; x++, at++) {
      const level = pixels[at]!
      if (level >= white) continue
      if (level <= between.from) isDark[row + Math.floor(x / square)] = 1
      else pale[row + Math.floor(x / square)]!++
    }
  let found = 0
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      const count = pale[row * columns + column]!
      if (count > 0 && !isDarkNear(isDark, columns, row, column)) found += count
    }
  return found >= tick
}

function isDarkNear(isDark: Uint8Array, columns: number, row: number, column: number): boolean {
  const [left, right] = [Math.max(0, column - 1), Math.min(columns, column + 2)]
  return [row - 1, row, row + 1].some((each) =>
    isDark.subarray(Math.max(0, each * columns + left), Math.max(0, each * columns + right)).includes(1),
  )
}
