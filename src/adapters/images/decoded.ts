import sharp, { type Sharp } from 'sharp'
import type { Turn } from '../../domain/page.ts'
import type { GreyView } from './grey-view.ts'
import { luminanceFirst } from './luminance-first.ts'

/** Samples of more than this, an A3 page in colour at 300 dpi and some, are shrunk while they are decoded. */
const mostSamples = 60_000_000

/** What is dark: to the eye, or in all of its colours; ink of a colour is pale in one of them, print in none. */
export type Light = 'luminance' | 'brightest'

export type DecodedPage = GreyView & {
  /** 3 where the image may be in colour. */
  readonly channels: 1 | 3
  /** Pixels of the image as it was given, after its turn. */
  readonly page: { readonly width: number; readonly height: number }
}

/**
 * Decodes a page image to grey, turned by a quarter turn clockwise where it is told to, transparent paper as white. Of
 * most images no pixel is left out; a vast one is brought to about `leastDpi` first. Of a JPEG in colour only the
 * luminance is taken; colour profiles, which cost more than decoding, say nothing of what is dark.
 */
export async function decodedPage(
  image: Buffer,
  {
    dpi,
    turn = 0,
    leastDpi,
    light = 'luminance',
  }: { dpi: number; turn?: Turn; leastDpi: number; light?: Light },
): Promise<DecodedPage> {
  const { width, height, channels, space, hasAlpha, format } = await sharp(image).metadata()
  const page = turn % 180 === 0 ? { width, height } : { width: height, height: width }
  const isGrey = !hasAlpha && (space === 'b-w' || space === 'grey16')
  const isVast = width * height * channels > mostSamples
  const scale = isVast ? Math.min(1, leastDpi / dpi) : 1
  const isQuick = light === 'luminance' && format === 'jpeg' && space === 'srgb'
  const plain = isQuick ? luminanceFirst(image) : undefined
  let picture: Sharp = sharp(plain ?? image, { sequentialRead: true, ignoreIcc: space !== 'cmyk' })
  if (turn !== 0) picture = picture.rotate(turn)
  if (scale < 1)
    picture = picture.resize({
      ...{ width: Math.max(1, Math.round(page.width * scale)), kernel: 'linear' },
      ...{ height: Math.max(1, Math.round(page.height * scale)), fit: 'fill' },
    })
  picture = plain ? picture.extractChannel(0) : picture.toColourspace(isGrey ? 'b-w' : 'srgb')
  const { data, info } = await picture.raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true })
  const pixels = info.channels === 1 ? data : greyOf(data, info.channels, light)
  const size = { width: info.width, height: info.height }
  return { pixels, ...size, dpi: dpi * scale, page, channels: space === 'srgb' || space === 'cmyk' ? 3 : 1 }
}

/** Grey as the eye weighs colours (ITU-R BT.601), or as light as the lightest of them, over white where there is transparency. */
function greyOf(samples: Uint8Array, channels: number, light: Light): Uint8Array {
  const pixels = new Uint8Array(samples.length / channels)
  const hasAlpha = channels % 2 === 0
  const [green, blue] = channels > 2 ? [1, 2] : [0, 0]
  for (let at = 0, from = 0; at < pixels.length; at++, from += channels) {
    const [r, g, b] = [samples[from]!, samples[from + green]!, samples[from + blue]!]
    const level = light === 'brightest' ? Math.max(r, g, b) : (r * 77 + g * 150 + b * 29) >> 8
    const paper = hasAlpha ? 255 - samples[from + channels - 1]! : 0
    pixels[at] = paper === 0 ? level : level + (((255 - level) * paper) >> 8)
  }
  return pixels
}
