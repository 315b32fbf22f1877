import type { LedgerEntry } from '../domain/custody.ts'
import type { ProofSubject } from './proof-file.ts'

type Belongs = (entry: LedgerEntry) => boolean
type SubjectKey = keyof LedgerEntry['subject']

/**
 * Which of some entries belong into the proof of a subject. A document's has what happened to it, to its pages and their
 * files, and to its batch as a whole, and what its patient decided; a patient's has the patient's documents and decisions.
 */
export function about({ kind, id }: ProofSubject, entries: readonly LedgerEntry[]): Belongs {
  const own = entries.filter(({ subject }) => subject[`${kind}Id`] === id)
  if (kind === 'document') return aboutDocument(id, own, entries)
  if (kind === 'batch') return ({ subject }) => subject.batchId === id
  const documents = idsOf('documentId', own)
  return ({ subject: { patientId, documentId } }) =>
    patientId === id || (documentId !== undefined && documents.has(documentId))
}

function aboutDocument(id: string, own: readonly LedgerEntry[], entries: readonly LedgerEntry[]): Belongs {
  const pages = idsOf('pageId', own)
  const files = idsOf(
    'fileId',
    entries.filter(({ subject: { pageId } }) => pageId !== undefined && pages.has(pageId)),
  )
  const [batches, patients] = [idsOf('batchId', own), idsOf('patientId', own)]
  return ({ subject: { documentId, pageId, fileId, batchId, patientId } }) => {
    if (documentId !== undefined) return documentId === id
    if (pageId !== undefined) return pages.has(pageId)
    if (fileId !== undefined) return files.has(fileId)
    if (batchId !== undefined) return batches.has(batchId)
    return patientId !== undefined && patients.has(patientId)
  }
}

const idsOf = (key: SubjectKey, entries: readonly LedgerEntry[]): ReadonlySet<string> =>
  new Set(entries.flatMap(({ subject }) => subject[key] ?? []))
