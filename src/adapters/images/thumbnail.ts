import sharp from 'sharp'
import type { Turn } from '../../domain/page.ts'

/** Pixels, of the upright page: as high as a list shows it, and not wider than a long receipt lying down should be. */
const highest = 256
const widest = 512

/** A page as a list shows it: upright, as WebP. JPEGs are shrunk while they are decoded; nothing of others is kept whole. */
export async function thumbnailOf(image: Buffer, { turn }: { turn: Turn }): Promise<Buffer> {
  const [width, height] = turn % 180 === 0 ? [widest, highest] : [highest, widest]
  // Turned when it is small: turned first, a JPEG would have to be decoded whole.
  const small = await sharp(image, { sequentialRead: true })
    .resize({ width, height, fit: 'inside', withoutEnlargement: true })
    .flatten({ background: '#fff' })
    .toColourspace('srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true })
  const { width: across, height: down, channels } = small.info
  return sharp(small.data, { raw: { width: across, height: down, channels } })
    .rotate(turn)
    .webp({ quality: 50, effort: 2 })
    .toBuffer()
}
