import { z } from 'zod'
import { Failure } from '../../domain/failure.ts'
import { Barcode, MediaType, PageFacts, type Turn } from '../../domain/page.ts'
import type { BarcodeReader, FileSplitter, PageExaminer, PageImage } from '../../ports.ts'
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

/** Makes pages ready for recognition. @throws Failure file-unreadable, file-too-costly */
export const confinedPreparation =
  (confinement: Confinement, task: Task) =>
  async (image: Buffer, options: { turn: Turn; dpi: number; skew?: number; xHeight?: number }) => {
    const { plain, bytes } = await confinement.once(task, image, options)
    return { ...told(Prepared, plain), image: bytes }
  }

function told<Shape>(shape: z.ZodType<Shape>, plain: unknown): Shape {
  const { success, data } = shape.safeParse(plain)
  if (!success) throw new Failure('file-unreadable')
  return data
}
