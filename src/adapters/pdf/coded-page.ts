import type { MediaType } from '../../domain/page.ts'
import type { AccessCopy } from './metadata.ts'

export type Size = { readonly width: number; readonly height: number }

/**
 * An image coded as PDF can show it (ISO 32000-1, 7.4): a JPEG, CCITT Group 4 codes without anything around them, or
 * deflated rows with PNG predictors, eight bits a sample.
 */
export type CodedImage = Size & {
  readonly coding: 'jpeg' | 'group4' | 'rows'
  readonly channels: 1 | 3
  /** What a fax calls black shows white. */
  readonly inverted: boolean
  readonly bytes: Buffer
}

/** An image, and the pixels of the page that it covers: the page, and seldom a little more. */
export type CodedLayer = {
  readonly image: CodedImage
  /** Where the layer shows; without it, everywhere. */
  readonly stencil?: CodedImage | undefined
  readonly covers: Size
}

/** A page image in its layers, the lowest first, and its size in pixels. */
export type CodedPage = Size & { readonly layers: readonly CodedLayer[] }

export type Scan = { readonly image: Buffer; readonly mediaType: MediaType; readonly dpi: number }

/** Decodes a page image and codes it anew. @throws Failure file-unreadable, file-too-costly */
export type CodePage = (
  image: Buffer,
  options: { mediaType: MediaType; dpi: number; accessCopy: AccessCopy },
) => Promise<CodedPage>

export const alone = (image: CodedImage): CodedPage => {
  const { width, height } = image
  return { layers: [{ image, covers: { width, height } }], width, height }
}
