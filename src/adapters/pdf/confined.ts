import sharp from 'sharp'
import type { MediaType } from '../../domain/page.ts'
import { codedAnew } from './coded-anew.ts'
import type { CodedImage } from './coded-page.ts'
import type { AccessCopy } from './metadata.ts'

// As for images: one page at a time.
sharp.concurrency(1)

type Options = { mediaType: MediaType; dpi: number; accessCopy: AccessCopy }

/**
 * Coding page images anew as a function over plain words and bytes, for a process of its own. The bytes of the images
 * follow each other, a layer's before its stencil's.
 */
export async function code(image: Buffer, options: Options) {
  const { layers, width, height } = await codedAnew(image, options)
  const parts: Buffer[] = []
  const told = ({ bytes, ...image }: CodedImage) => {
    parts.push(bytes)
    return { ...image, bytes: bytes.length }
  }
  const plain = layers.map(({ image, stencil, covers }) => ({
    ...{ image: told(image), covers },
    ...(stencil && { stencil: told(stencil) }),
  }))
  return {
    plain: { width, height, layers: plain },
    bytes: parts.length === 1 ? parts[0]! : Buffer.concat(parts),
  }
}

/** Codes a page of ours. @throws when that fails */
export async function prove() {
  const page = sharp({ create: { width: 40, height: 56, channels: 3, background: '#8ac' } })
  const options = { mediaType: 'image/png', dpi: 100, accessCopy: 'faithful' } as const
  const { plain } = await code(await page.png().toBuffer(), options)
  if (plain.width !== 40 || plain.layers.length !== 1) throw new Error('a page of ours cannot be coded')
  return { plain: true }
}
