import { z } from 'zod'
import type { Batch, BatchFile } from './batch.ts'
import type { Deposit } from './deposit.ts'
import { type Document, isFinal } from './document.ts'
import type { BatchId, DocumentId, FileId, OrganisationId } from './ids.ts'

const Count = z.number().int().nonnegative()
const Some = z.object({ documents: Count, pages: Count })
const ByReason = z.record(z.string().regex(/^[a-z0-9-]+$/), Count)

/** What came in with a batch and what became of it: counts and codes, nothing of anybody. */
export const DepositFigures = z.object({
  announced: z.object({ folders: Count, documents: Count, pages: Count }),
  /** A person answered for counts that differ from what was announced. */
  isAnsweredFor: z.boolean(),
  files: z.object({
    received: Count,
    bytes: Count,
    digests: Count,
    split: Count,
    rejected: Count,
    duplicate: Count,
  }),
  pages: z.object({ counted: Count, inDocuments: Count, coverSheets: Count }),
  verified: Some,
  refused: Some,
  rejected: Some,
  attributedByHand: Count,
  /** Sealed objects, each read back from the archive and compared; bytes as they were sealed. */
  objects: z.object({ access: Count, master: Count, words: Count, bytes: Count }),
  reasons: z.object({ files: ByReason, documents: ByReason }),
})
export type DepositFigures = z.infer<typeof DepositFigures>

/** Pages of one file in one document, or in none. */
export type PageTally = {
  readonly fileId: FileId
  readonly documentId: DocumentId | null
  readonly isCoverSheet: boolean
  readonly pages: number
}

export type Closing = {
  readonly batch: Batch
  readonly files: readonly BatchFile[]
  readonly documents: readonly Document[]
  readonly pages: readonly PageTally[]
  /** The latest version of each part. */
  readonly deposits: readonly Deposit[]
}

/** Why figures do not add up. */
export type FigureFault =
  | 'file-without-outcome'
  | 'pages-of-file'
  | 'page-without-document'
  | 'pages-of-document'
  | 'document-without-outcome'
  | 'document-without-objects'
  | 'object-not-verified'
  | 'pages-announced'

const sum = <One>(all: readonly One[], of: (one: One) => number): number =>
  all.reduce((total, one) => total + of(one), 0)

/** How many of each reason there are; without one, `none`. */
function byReason(all: readonly { readonly reason: string | null }[]): Record<string, number> {
  const counted: Record<string, number> = {}
  for (const { reason } of all) counted[reason ?? 'none'] = (counted[reason ?? 'none'] ?? 0) + 1
  return counted
}

export function depositFigures({ batch, files, documents, pages, deposits }: Closing): DepositFigures {
  const read = readFiles(files, pages)
  const kept = pages.filter(({ fileId }) => read.has(fileId))
  const unread = files.filter(({ id }) => !read.has(id))
  const inState = (state: Document['state']) => {
    const some = documents.filter((document) => document.state === state)
    return { documents: some.length, pages: sum(some, ({ pageCount }) => pageCount) }
  }
  const ofFiles = (state: BatchFile['state']) => unread.filter((file) => file.state === state).length
  const verified = archived(documents, deposits)
  const ofPart = (part: Deposit['part']) => verified.filter((deposit) => deposit.part === part).length
  return {
    announced: { ...batch.expected },
    isAnsweredFor: batch.releasedBy !== null,
    files: {
      ...{ received: files.length, bytes: sum(files, ({ bytes }) => bytes) },
      digests: new Set(files.map(({ sha256 }) => sha256)).size,
      ...{ split: read.size, rejected: ofFiles('rejected'), duplicate: ofFiles('duplicate') },
    },
    pages: {
      counted: sum(files, (file) => (read.has(file.id) ? (file.pages ?? 0) : 0)),
      inDocuments: sum(kept, (one) => (one.documentId && !one.isCoverSheet ? one.pages : 0)),
      coverSheets: sum(kept, (one) => (one.documentId && one.isCoverSheet ? one.pages : 0)),
    },
    ...{ verified: inState('verified'), refused: inState('refused'), rejected: inState('rejected') },
    attributedByHand: documents.filter(({ attributedBy }) => attributedBy !== null).length,
    objects: {
      ...{ access: ofPart('access'), master: ofPart('master'), words: ofPart('words') },
      bytes: sum(verified, ({ sealedBytes }) => sealedBytes),
    },
    reasons: {
      files: byReason(unread.filter(({ state }) => state === 'rejected' || state === 'duplicate')),
      documents: byReason(documents.filter(({ state }) => state === 'refused' || state === 'rejected')),
    },
  }
}

/** Files of which pages came into documents: also those that are given back since a person rejected their documents. */
function readFiles(files: readonly BatchFile[], pages: readonly PageTally[]): ReadonlySet<FileId> {
  const inDocuments = new Set(pages.flatMap(({ fileId, documentId }) => (documentId ? [fileId] : [])))
  return new Set(
    files.filter(({ id, state }) => state === 'split' || inDocuments.has(id)).map(({ id }) => id),
  )
}

/** What is in the archive for the documents that are called verified; corrected words from when they were read back. */
function archived(documents: readonly Document[], deposits: readonly Deposit[]): Deposit[] {
  const verified = new Set(documents.filter(({ state }) => state === 'verified').map(({ id }) => id))
  return deposits.filter(
    ({ documentId, part, verifiedAt }) =>
      verified.has(documentId) && !(part === 'words' && verifiedAt === null),
  )
}

/**
 * Everything that does not add up, from the box to the object: each file has an outcome; its pages are all there, each in
 * one document; a document has as many as it says, and an outcome; what is called verified is in the archive, whole and
 * read back. Empty when all of it may be attested.
 */
export function figureFaults(closing: Closing): FigureFault[] {
  const faults = new Set<FigureFault>()
  const { batch, files, documents, pages, deposits } = closing
  const read = readFiles(files, pages)
  const kept = pages.filter(({ fileId }) => read.has(fileId))

  const pagesOfFile = new Map<FileId, number>()
  for (const { fileId, pages: some } of kept) pagesOfFile.set(fileId, (pagesOfFile.get(fileId) ?? 0) + some)
  for (const file of files) {
    if (file.state === 'received') faults.add('file-without-outcome')
    if (read.has(file.id) && (pagesOfFile.get(file.id) ?? 0) !== file.pages) faults.add('pages-of-file')
  }
  if (kept.some(({ documentId }) => documentId === null)) faults.add('page-without-document')

  const pagesOf = new Map<DocumentId, number>()
  for (const { documentId, isCoverSheet, pages: some } of kept)
    if (documentId && !isCoverSheet) pagesOf.set(documentId, (pagesOf.get(documentId) ?? 0) + some)
  for (const { id, state, pageCount } of documents) {
    if ((pagesOf.get(id) ?? 0) !== pageCount) faults.add('pages-of-document')
    pagesOf.delete(id)
    if (!isFinal(state)) faults.add('document-without-outcome')
  }
  if (pagesOf.size > 0) faults.add('page-without-document')

  const parts = new Map<DocumentId, Set<Deposit['part']>>()
  for (const deposit of archived(documents, deposits)) {
    if (deposit.verifiedAt === null) faults.add('object-not-verified')
    parts.set(deposit.documentId, (parts.get(deposit.documentId) ?? new Set()).add(deposit.part))
  }
  for (const { id, state } of documents)
    if (state === 'verified' && !(parts.get(id)?.has('access') && parts.get(id)?.has('master')))
      faults.add('document-without-objects')

  if (batch.releasedBy === null && announcedPages(batch, files, read) !== sum(kept, (one) => one.pages))
    faults.add('pages-announced')
  return [...faults]
}

/** What was announced, less what the files that were not taken answer for. */
const announcedPages = (
  { expected }: Batch,
  files: readonly BatchFile[],
  read: ReadonlySet<FileId>,
): number => expected.pages - sum(files, ({ id, expectedPages }) => (read.has(id) ? 0 : (expectedPages ?? 0)))

/** The attestation of a closed batch, on its way into the archive and there. */
export type Attestation = {
  readonly batchId: BatchId
  readonly figures: DepositFigures
  readonly closedAt: Date
  /** Signed, and not in the archive yet: the next version. */
  readonly draft: Buffer | null
  readonly draftStamped: boolean
  /** Of what is in the archive; 0: nothing is there yet. */
  readonly version: number
  readonly objectKey: string | null
  readonly objectVersion: string | null
  readonly sha256: string | null
  readonly bytes: number | null
  /** An authority said when. */
  readonly stamped: boolean
  readonly depositedAt: Date | null
  readonly retainUntil: Date | null
}

/** One object for each version: a locked one cannot be written over when its time-stamp follows. */
export const attestationKeyOf = (organisationId: OrganisationId, batchId: BatchId, version: number): string =>
  `${organisationId}/attestations/${batchId}/v${version}.pdf`
