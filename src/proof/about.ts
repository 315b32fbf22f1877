import type { LedgerEntry } from '../domain/custody.ts'
import type { ProofSubject } from './proof-file.ts'

/**
 * Which entries belong into the proof of a subject. A document's has what happened to it, to its batch as a whole and to
 * the batch's files, and what its patient decided; a patient's has the patient's documents and decisions.
 */
export function about(
  { kind, id }: ProofSubject,
  entries: readonly LedgerEntry[],
): (entry: LedgerEntry) => boolean {
  const own = entries.filter(({ subject }) => subject[`${kind}Id`] === id)
  const among = (key: 'documentId' | 'batchId' | 'patientId') =>
    new Set(own.map(({ subject }) => subject[key]))
  if (kind === 'batch') return ({ subject }) => subject.batchId === id
  if (kind === 'patient') {
    const documents = among('documentId')
    return ({ subject }) =>
      subject.patientId === id || (subject.documentId !== undefined && documents.has(subject.documentId))
  }
  const [batches, patients] = [among('batchId'), among('patientId')]
  return ({ subject: { documentId, batchId, patientId } }) => {
    if (documentId !== undefined) return documentId === id
    if (batchId !== undefined) return batches.has(batchId)
    return patientId !== undefined && patients.has(patientId)
  }
}
