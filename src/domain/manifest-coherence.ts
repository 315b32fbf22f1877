import type { Fault } from './manifest-faults.ts'

/** What a manifest says, as far as it could be understood: an entry at fault leaves its place empty. */
export type Statement = {
  readonly separation?: 'file' | 'manifest' | 'cover-sheets' | undefined
  readonly files?: readonly (FileEntry | undefined)[] | undefined
  readonly documents?: readonly (DocumentEntry | undefined)[] | undefined
  readonly coverSheets?: unknown
}
type FileEntry = { readonly name: string; readonly pages?: number | undefined }
type DocumentEntry = {
  readonly file: string
  readonly from?: number | undefined
  readonly to?: number | undefined
}

/** Where the parts of a manifest contradict each other. Counts are not compared here: that is reconciliation. */
export const coherenceFaults = (statement: Statement): Fault[] => [
  ...separationFaults(statement),
  ...nameFaults(statement),
  ...boundFaults(statement),
  ...overlapFaults(statement),
]

function* separationFaults({ separation, documents, coverSheets }: Statement): Generator<Fault> {
  if (separation === undefined) return
  const bySheets = separation === 'cover-sheets'
  if (separation === 'manifest' && documents === undefined) yield { path: ['documents'], code: 'missing' }
  if (bySheets && documents !== undefined) yield { path: ['documents'], code: 'not-with-cover-sheets' }
  if (bySheets && coverSheets === undefined) yield { path: ['coverSheets'], code: 'missing' }
  if (!bySheets && coverSheets !== undefined)
    yield { path: ['coverSheets'], code: 'not-without-cover-sheets' }
}

function* nameFaults({ files, documents }: Statement): Generator<Fault> {
  if (files === undefined) return
  const names = new Set<string>()
  for (const [index, file] of files.entries()) {
    if (file && names.has(file.name)) yield { path: ['files', index, 'name'], code: 'named-twice' }
    if (file) names.add(file.name)
  }
  if (files.includes(undefined)) return
  for (const [index, document] of documents?.entries() ?? []) {
    if (document && !names.has(document.file))
      yield { path: ['documents', index, 'file'], code: 'not-in-files' }
  }
}

function* boundFaults({ separation, files, documents }: Statement): Generator<Fault> {
  const pages = new Map(files?.map((file) => [file?.name, file?.pages]))
  for (const [index, document] of documents?.entries() ?? []) {
    for (const bound of ['from', 'to'] as const) {
      const page = document?.[bound]
      if (page === undefined) continue
      if (separation === 'file') yield { path: ['documents', index, bound], code: 'not-with-one-per-file' }
      if (page > (pages.get(document?.file) ?? Number.POSITIVE_INFINITY)) {
        yield { path: ['documents', index, bound], code: 'beyond-file' }
      }
    }
    if ((document?.from ?? 1) > (document?.to ?? Number.POSITIVE_INFINITY)) {
      yield { path: ['documents', index, 'to'], code: 'before-from' }
    }
  }
}

/** In page order, each document must begin after all earlier ones of its file have ended. */
function* overlapFaults({ documents }: Statement): Generator<Fault> {
  const claims = (documents ?? []).flatMap((document, index) =>
    document ? [{ index, file: document.file, from: document.from ?? 1, to: document.to ?? Infinity }] : [],
  )
  const ends = new Map<string, number>()
  for (const { index, file, from, to } of claims.toSorted((a, b) => a.from - b.from || a.index - b.index)) {
    const end = ends.get(file) ?? 0
    if (from <= end) yield { path: ['documents', index], code: 'overlap' }
    ends.set(file, Math.max(end, to))
  }
}
