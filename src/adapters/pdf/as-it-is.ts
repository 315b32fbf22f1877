import { alone, type CodedImage, type CodedPage, type Scan } from './coded-page.ts'
import { type Group4, group4Of } from './group-4.ts'
import { type JpegFrame, jpegFrame } from './jpeg-frame.ts'
import { jpegQuality } from './jpeg-quality.ts'
import type { AccessCopy } from './metadata.ts'

/** Finer than this, a scanner's JPEG is coded anew; coarser, it would lose more than it gains. */
const finest = 78

/**
 * A page image that goes into a PDF as it came, byte for byte, and which nobody need decode for that: bitonal pages in
 * Group 4, and in a faithful copy a JPEG that is no finer than an access copy needs. Undefined for all others.
 */
export function asItIs({ image, mediaType }: Scan, accessCopy: AccessCopy): CodedPage | undefined {
  const codes = mediaType === 'image/tiff' ? group4Of(image) : undefined
  if (codes) return alone(inGroup4(codes))
  const frame = mediaType === 'image/jpeg' && accessCopy === 'faithful' ? plainFrame(image) : undefined
  return frame && jpegQuality(image) <= finest ? alone(asJpeg(image, frame, frame.components)) : undefined
}

export const inGroup4 = ({ codes, width, height, inverted }: Group4): CodedImage => ({
  ...{ coding: 'group4', bytes: codes, width, height, inverted, channels: 1 },
})

export const asJpeg = (
  bytes: Buffer,
  { width, height }: { width: number; height: number },
  channels: 1 | 3,
): CodedImage => ({ coding: 'jpeg', bytes, width, height, channels, inverted: false })

/** The frame of a JPEG that PDF can show as it is. */
export function plainFrame(jpeg: Buffer): (JpegFrame & { components: 1 | 3 }) | undefined {
  const frame = jpegFrame(jpeg)
  const components = frame?.components
  if (!frame || frame.coding > 2 || frame.bits !== 8 || frame.width === 0 || frame.height === 0)
    return undefined
  return components === 1 || components === 3 ? { ...frame, components } : undefined
}
