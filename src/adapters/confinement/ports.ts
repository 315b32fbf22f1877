import { z } from 'zod'
import { Failure } from '../../domain/failure.ts'
import { OwnText } from '../../domain/own-text.ts'
import { Barcode, MediaType, PageFacts, type Turn } from '../../domain/page.ts'
import type { BarcodeReader, FileSplitter, PageExaminer, PageImage, Thumbnailer } from '../../ports.ts'
import type { Confinement, Task } from './confinement.ts'
import type { ParsingLimits } from './limits.ts'

// The ports, with their work done under confinement. What comes back was said by a process that has read a file from
// outside, so it is checked as such a file would be.

const pixels = z.number().int().positive()
const SplitPage = z.object({
  number: pixels,
  mediaType: MediaType,
  dpi: z.number().positive(),
  width: pixels,
  height: pixels,
  dpiIsAssumed: PageFacts.shape.dpiIsAssumed,
  scannedDpi: PageFacts.shape.scannedDpi,
  ownText: OwnText.optional(),
})
const Barcodes = z.array(Barcode).max(1_000)
const Prepared = z.object({
  dpi: pixels,
  width: pixels,
  height: pixels,
  skew: z.number(),
  shrunkTo: pixels,
  page: z.object({ width: pixels, height: pixels }),
  recipe: z.record(z.string().max(40), z.number()),
})

export function confinedSplitter(
  confinement: Confinement,
  task: Task,
  { maxPages, maxPixels, pageMegabytes }: Pick<ParsingLimits, 'maxPages' | 'maxPixels' | 'pageMegabytes'>,
): FileSplitter {
  return {
    async *split(file, kind, signal): AsyncGenerator<PageImage> {
      let number = 0
      for await (const { plain, bytes } of confinement.run(
        task,
        file,
        { kind, maxPages, maxPixels, pageMegabytes },
        signal,
      )) {
        const page = told(SplitPage, plain)
        number++
        if (number > maxPages) throw new Failure('file-too-large', { limit: maxPages })
        if (page.number !== number || bytes.length === 0) throw new Failure('file-unreadable')
        yield { ...page, image: bytes }
      }
      if (number === 0) throw new Failure('file-unreadable')
    },
  }
}

export const confinedExaminer = (confinement: Confinement, task: Task): PageExaminer => ({
  async examine(image, mediaType, dpi) {
    const { plain, bytes } = await confinement.once(task, image, { mediaType, dpi })
    return { facts: told(PageFacts, plain), ...(bytes.length > 0 && { view: bytes }) }
  },
})

export const confinedBarcodeReader = (confinement: Confinement, task: Task): BarcodeReader => ({
  async read(image, options = {}) {
    const { plain } = await confinement.once(task, image, options)
    return told(Barcodes, plain)
  },
})

/** No thumbnail of ours is larger. */
const largestThumbnail = 200_000

export const confinedThumbnailer = (confinement: Confinement, task: Task): Thumbnailer => ({
  async thumbnail(image, options) {
    try {
      const { bytes } = await confinement.once(task, image, options)
      return isWebp(bytes) && bytes.length <= largestThumbnail ? bytes : undefined
    } catch (error) {
      // A page that was examined and read is no worse for having no picture in a list.
      if (error instanceof Failure && (error.code === 'file-unreadable' || error.code === 'file-too-costly'))
        return undefined
      throw error
    }
  },
})

const isWebp = (bytes: Buffer): boolean =>
  bytes.toString('latin1', 0, 4) === 'RIFF' && bytes.toString('latin1', 8, 12) === 'WEBP'

/** Makes pages ready for recognition. @throws Failure file-unreadable, file-too-costly */
export const confinedPreparation =
  (confinement: Confinement, task: Task) =>
  async (image: Buffer, options: { turn: Turn; dpi: number; skew?: number; xHeight?: number }) => {
    const { plain, bytes } = await confinement.once(task, image, options)
    return { ...told(Prepared, plain), image: bytes }
  }

const extent = z.object({ width: pixels, height: pixels })
const CodedImage = extent.extend({
  coding: z.enum(['jpeg', 'group4', 'rows']),
  channels: z.union([z.literal(1), z.literal(3)]),
  inverted: z.boolean(),
  bytes: pixels,
})
const covers = z.object({ width: z.number().positive(), height: z.number().positive() })
const CodedPage = extent.extend({
  layers: z
    .array(z.object({ image: CodedImage, stencil: CodedImage.optional(), covers }))
    .min(1)
    .max(2),
})

/** Codes page images anew, as a PDF keeps them. @throws Failure file-unreadable, file-too-costly, reader-broken */
export const confinedPageCoder =
  (confinement: Confinement, task: Task) =>
  async (
    image: Buffer,
    options: { mediaType: MediaType; dpi: number; accessCopy: 'faithful' | 'compact' },
  ) => {
    const { plain, bytes } = await confinement.once(task, image, options)
    const { layers, ...page } = told(CodedPage, plain)
    let from = 0
    const taken = (told: z.infer<typeof CodedImage>) => {
      const part = bytes.subarray(from, (from += told.bytes))
      return { ...told, bytes: part }
    }
    const coded = layers.map(({ image, stencil, covers }) => ({
      ...{ image: taken(image), stencil: stencil && taken(stencil), covers },
    }))
    // Each image has all of its bytes, and no byte is of none.
    if (from !== bytes.length) throw new Failure('file-unreadable')
    return { ...page, layers: coded }
  }

function told<Shape>(shape: z.ZodType<Shape>, plain: unknown): Shape {
  const { success, data } = shape.safeParse(plain)
  if (!success) throw new Failure('file-unreadable')
  return data
}
