import type { Document } from '../domain/document.ts'
import type { MediaType, Page } from '../domain/page.ts'
import type { Ports } from '../ports.ts'
import type { DocumentFile } from '../records.ts'

const fileTypes = {
  pdf: 'application/pdf',
  tiff: 'image/tiff',
  jpeg: 'image/jpeg',
  png: 'image/png',
} as const
const endings: Record<MediaType, string> = { 'image/jpeg': 'jpg', 'image/png': 'png', 'image/tiff': 'tif' }

/**
 * The master of a document. A scanner's file that is this document's alone is kept byte for byte. A file shared with
 * other documents cannot be sealed under one patient's key, nor kept against another's refusal: the document's own page
 * images, its cover sheet first, are kept instead, in a tar whose bytes depend on nothing else.
 */
export async function masterOf(
  document: Document,
  pages: readonly Page[],
  files: readonly DocumentFile[],
  ports: Pick<Ports, 'staging' | 'packer'>,
): Promise<{ content: Buffer; mediaType: string }> {
  const [file] = files
  if (file && files.length === 1 && !file.isShared) {
    return {
      content: await ports.staging.read(document.batchId, file.staged),
      mediaType: fileTypes[file.kind!],
    }
  }
  const inOrder = [...pages].sort((a, b) => (a.position ?? 0) - (b.position ?? 0))
  return { content: await ports.packer(images(document, inOrder, ports)), mediaType: 'application/x-tar' }
}

async function* images(document: Document, pages: readonly Page[], { staging }: Pick<Ports, 'staging'>) {
  for (const [index, { image, position }] of pages.entries()) {
    const name = `${String(index).padStart(5, '0')}-${position === null ? 'cover-sheet' : 'page'}.${endings[image!.mediaType]}`
    yield { name, content: await staging.read(document.batchId, image!) }
  }
}
