import type { Counts, FileState, Separation } from './batch.ts'
import { Failure } from './failure.ts'
import type { PageId } from './ids.ts'

/** A scanned side as composition sees it: its place, and the cover sheet that it is, if it is one. */
export type ScannedPage = {
  readonly id: PageId
  readonly file: number
  readonly number: number
  readonly coverSheet: {
    readonly batch: string
    readonly sequence: number
    readonly count: number
    readonly patient: string | null
  } | null
}

export type ScannedFile = {
  readonly position: number
  readonly name: string
  readonly state: FileState
  readonly pages: number | null
  readonly expectedPages: number | null
}

/** What the manifest says of one document. */
export type AnnouncedDocument = {
  readonly file: string
  readonly patient: string | null
  readonly from: number | null
  readonly to: number | null
}

export type Announcement = {
  readonly separation: Separation
  readonly expected: Counts
  readonly documents: readonly AnnouncedDocument[]
  readonly coverSheets: { readonly batch: string; readonly count: number } | null
}

export type ComposedDocument = {
  readonly pages: PageId[]
  /** Its cover sheet: part of the master, no page of the document. */
  readonly coverPages: PageId[]
  readonly patient: string | null
}

export type Composition = { readonly documents: readonly ComposedDocument[]; readonly fault: Failure | null }

/**
 * Cuts the scanned pages into documents and reconciles them with what was announced. The fault, if any, holds the batch;
 * a person may release it, and the documents are then taken as they were found.
 */
export function composeDocuments(
  announced: Announcement,
  files: readonly ScannedFile[],
  pages: readonly ScannedPage[],
): Composition {
  const cut = cutters[announced.separation](announced, files, pages)
  return {
    documents: cut.documents,
    fault: cut.fault ?? countFault(announced, files, pages.length, cut.documents),
  }
}

type Cutter = (
  announced: Announcement,
  files: readonly ScannedFile[],
  pages: readonly ScannedPage[],
) => Composition

const oneDocumentPerFile: Cutter = (announced, files, pages) => {
  const ofFile = Map.groupBy(pages, (page) => page.file)
  const documents = Map.groupBy(announced.documents, (document) => document.file)
  return {
    fault: null,
    documents: files
      .filter((file) => file.state === 'split')
      .map((file) => ({
        pages: (ofFile.get(file.position) ?? []).map((page) => page.id),
        coverPages: [],
        patient: documents.get(file.name)?.[0]?.patient ?? null,
      })),
  }
}

const atManifestBounds: Cutter = (announced, files, pages) => {
  let fault: Failure | null = null
  const named = Map.groupBy(files, (file) => file.name)
  const at = new Map(pages.map((page) => [place(page), page.id]))
  const documents = announced.documents.flatMap((document, index) => {
    const file = named.get(document.file)?.[0]
    if (file?.state !== 'split' || file.pages === null) return []
    const from = document.from ?? 1
    const to = document.to ?? file.pages
    if (to > file.pages)
      fault ??= new Failure('bounds-out-of-file', { position: index + 1, from, to, pages: file.pages })
    const within: PageId[] = []
    for (let number = from; number <= Math.min(to, file.pages); number++) {
      const id = at.get(place({ file: file.position, number }))
      if (id) within.push(id)
    }
    return [{ pages: within, coverPages: [], patient: document.patient }]
  })
  return { documents: [...documents, ...unclaimed(files, pages, documents)], fault }
}

/** Pages that no announced document asks for are lost to nobody: they become documents whose patient is to be found. */
function unclaimed(
  files: readonly ScannedFile[],
  pages: readonly ScannedPage[],
  documents: readonly ComposedDocument[],
) {
  const claimed = new Set(documents.flatMap((document) => document.pages))
  const rest = Map.groupBy(
    pages.filter(({ id }) => !claimed.has(id)),
    (page) => page.file,
  )
  return files
    .map((file) => (rest.get(file.position) ?? []).map((page) => page.id))
    .filter((left) => left.length > 0)
    .map((left): ComposedDocument => ({ pages: left, coverPages: [], patient: null }))
}

const atCoverSheets: Cutter = (announced, _files, pages) => {
  const documents: ComposedDocument[] = []
  for (const page of pages) {
    if (page.coverSheet)
      documents.push({ pages: [], coverPages: [page.id], patient: page.coverSheet.patient })
    else if (documents.length === 0) documents.push({ pages: [page.id], coverPages: [], patient: null })
    else documents.at(-1)!.pages.push(page.id)
  }
  return { documents, fault: foreignCoverSheet(announced, pages) ?? missingCoverSheet(announced, pages) }
}

const cutters: Record<Separation, Cutter> = {
  file: oneDocumentPerFile,
  manifest: atManifestBounds,
  'cover-sheets': atCoverSheets,
}

function foreignCoverSheet(announced: Announcement, pages: readonly ScannedPage[]): Failure | null {
  const foreign = pages.find(
    (page) => page.coverSheet && page.coverSheet.batch !== announced.coverSheets?.batch,
  )
  return foreign ? new Failure('cover-sheet-foreign', { page: place(foreign) }) : null
}

/** The first sheet of the series that was not read, and the pages among which it must be. */
function missingCoverSheet(announced: Announcement, pages: readonly ScannedPage[]): Failure | null {
  const count =
    announced.coverSheets?.count ?? Math.max(0, ...pages.map((page) => page.coverSheet?.count ?? 0))
  const read = new Set(pages.map((page) => page.coverSheet?.sequence))
  for (let sequence = 1; sequence <= count; sequence++) {
    if (!read.has(sequence)) {
      return new Failure('cover-sheet-missing', { sequence, count, candidates: candidates(sequence, pages) })
    }
  }
  return null
}

function candidates(sequence: number, pages: readonly ScannedPage[]): string {
  const before = pages.findLastIndex((page) => page.coverSheet && page.coverSheet.sequence < sequence)
  const after = pages.findIndex((page) => page.coverSheet && page.coverSheet.sequence > sequence)
  const between = pages.slice(before + 1, after === -1 ? undefined : after).filter((page) => !page.coverSheet)
  const shown = between.slice(0, 12).map(place).join(', ')
  return between.length > 12 ? `${shown}, …` : shown || '-'
}

/** File and page as an operator counts them. */
const place = ({ file, number }: Pick<ScannedPage, 'file' | 'number'>): string => `${file}:${number}`

/**
 * Counted against announced. A file that could not be read answers for the pages and documents that the manifest gave
 * it by name: it harms only itself. What it does not answer for does not reconcile.
 */
function countFault(
  announced: Announcement,
  files: readonly ScannedFile[],
  pageCount: number,
  documents: readonly ComposedDocument[],
): Failure | null {
  const lost = files.filter((file) => file.state !== 'split')
  const lostPages = sum(lost.map((file) => file.expectedPages ?? 0))
  const lostDocuments = countLost(announced, files, lost)
  return (
    shortFile(files) ??
    mismatch('pages', announced.expected.pages - lostPages, pageCount) ??
    mismatch('documents', announced.expected.documents - lostDocuments, documents.length) ??
    folderFault(announced.expected.folders, documents, lostDocuments)
  )
}

/**
 * Documents that files which were not accepted would have been. Where the manifest names files, one that it does not name
 * is no document of the box: a note, perhaps.
 */
function countLost(
  { separation, documents }: Announcement,
  files: readonly ScannedFile[],
  lost: readonly ScannedFile[],
): number {
  if (separation === 'cover-sheets') return 0
  const lostNames = new Set(lost.map((file) => file.name))
  if (separation === 'manifest') return documents.filter((document) => lostNames.has(document.file)).length
  const named = new Set([
    ...documents.map((document) => document.file),
    ...files.filter((file) => file.expectedPages !== null).map((file) => file.name),
  ])
  return named.size === 0 ? lost.length : lost.filter((file) => named.has(file.name)).length
}

/**
 * A folder holds one patient's documents, and a patient may have several: so folders can be fewer than documents and more
 * than patients, and no other way round. 0 says that they were not counted.
 */
function folderFault(
  folders: number,
  documents: readonly ComposedDocument[],
  lostDocuments: number,
): Failure | null {
  const patients = new Set(documents.flatMap(({ patient }) => patient ?? [])).size
  if (folders === 0) return null
  if (patients > folders) return mismatch('folders', folders, patients)
  const most = documents.length + lostDocuments
  return most < folders ? mismatch('folders', folders, most) : null
}

function shortFile(files: readonly ScannedFile[]): Failure | null {
  const short = files.find(
    (file) => file.state === 'split' && file.expectedPages !== null && file.pages !== file.expectedPages,
  )
  return short ? mismatch('pages', short.expectedPages!, short.pages ?? 0, short.position) : null
}

function mismatch(unit: string, expected: number, counted: number, file?: number): Failure | null {
  if (expected === counted) return null
  return new Failure('counts-do-not-reconcile', {
    unit,
    expected,
    counted,
    ...(file === undefined ? {} : { file }),
  })
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0)
