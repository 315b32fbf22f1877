import type { Readable } from 'node:stream'
import type { Document } from '../domain/document.ts'
import type { MediaType, Page } from '../domain/page.ts'
import type { PackedEntry, Ports } from '../ports.ts'
import type { DocumentFile } from '../records.ts'

const fileTypes = {
  pdf: 'application/pdf',
  tiff: 'image/tiff',
  jpeg: 'image/jpeg',
  png: 'image/png',
} as const
const endings: Record<MediaType, string> = { 'image/jpeg': 'jpg', 'image/png': 'png', 'image/tiff': 'tif' }

/**
 * The master of a document, as a stream that fails at its end if it is not what was staged. A scanner's file that is this
 * document's alone is kept byte for byte. A file shared with other documents cannot be sealed under one patient's key, nor
 * kept against another's refusal: the document's own page images, its cover sheet first, are kept instead, in a tar whose
 * bytes depend on nothing else.
 */
export async function masterOf(
  document: Document,
  pages: readonly Page[],
  files: readonly DocumentFile[],
  { staging, packer }: Pick<Ports, 'staging' | 'packer'>,
): Promise<{ content: Readable; mediaType: string }> {
  const [file] = files
  if (file && files.length === 1 && !file.isShared) {
    const content = await staging.stream(document.batchId, file.staged)
    return { content, mediaType: fileTypes[file.kind!] }
  }
  const inOrder = [...pages].sort((a, b) => (a.position ?? 0) - (b.position ?? 0))
  return { content: packer(images(document, inOrder, staging)), mediaType: 'application/x-tar' }
}

async function* images(
  { batchId }: Document,
  pages: readonly Page[],
  staging: Ports['staging'],
): AsyncGenerator<PackedEntry> {
  for (const [index, { image, position }] of pages.entries()) {
    const name = `${String(index).padStart(5, '0')}-${position === null ? 'cover-sheet' : 'page'}.${endings[image!.mediaType]}`
    yield { name, bytes: image!.bytes, content: () => staging.stream(batchId, image!) }
  }
}
