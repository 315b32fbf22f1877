import type { FileKind, PageImage } from '../../ports.ts'
import type { Content } from './content.ts'
import { singlePage, tiffFilePages } from './image-pages.ts'
import type { Limits } from './limits.ts'
import { pdfPages } from './pdf-pages.ts'

const ordinary: Limits = { maxPages: 5_000, maxPixels: 150_000_000, pageMegabytes: 512 }

/** Cuts files into page images, reading one page at a time; embedded images and single scans pass as they are. */
export function createSplitter(limits: Partial<Limits> = {}): {
  split(file: Content, kind: FileKind, signal: AbortSignal): AsyncIterable<PageImage>
} {
  const bounds = { ...ordinary, ...limits }
  return {
    split(file, kind, signal) {
      if (kind === 'pdf') return pdfPages(file, bounds, signal)
      if (kind === 'tiff') return tiffFilePages(file, bounds, signal)
      return singlePage(file, kind === 'jpeg' ? 'image/jpeg' : 'image/png', bounds)
    },
  }
}
