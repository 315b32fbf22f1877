import { describe, expect, test } from 'vitest'
import type { Batch, BatchFile } from '../../../src/domain/batch.ts'
import type { Deposit } from '../../../src/domain/deposit.ts'
import {
  type Closing,
  depositFigures,
  type FigureFault,
  figureFaults,
} from '../../../src/domain/deposit-attestation.ts'
import { depositAttestation } from '../../../src/domain/deposit-attestation-page.ts'
import type { Document } from '../../../src/domain/document.ts'
import { type BatchId, derivedId, type DocumentId, type FileId } from '../../../src/domain/ids.ts'

const now = new Date('2026-11-22T10:00:00Z')
const batchId = derivedId<BatchId>('a batch')
const fileId = (position: number) => derivedId<FileId>('file', position)
const documentId = (position: number) => derivedId<DocumentId>('document', position)

const file = (position: number, more: Partial<BatchFile> = {}): BatchFile => ({
  ...{ id: fileId(position), batchId, position, kind: 'pdf', state: 'split', reason: null, facts: {} },
  ...{ sha256: String(position).repeat(64), sha512: '0'.repeat(128), bytes: 1000, staged: {} as never },
  ...{ expectedPages: 3, pages: 3 },
  ...more,
})
const document = (position: number, state: Document['state'], more: Partial<Document> = {}): Document => ({
  ...({ batchId, organisationId: batchId, patientId: null, facts: {} } as unknown as Document),
  ...{ id: documentId(position), position, state, reason: null, pageCount: 2, attributedBy: null },
  ...more,
})
const deposit = (position: number, part: Deposit['part'], more: Partial<Deposit> = {}): Deposit => ({
  ...({ version: 1, sealedBytes: 500, verifiedAt: now } as Deposit),
  ...{ documentId: documentId(position), part },
  ...more,
})

/** Three files of a cover sheet and two pages each: one document archived, one refused, one file unreadable. */
const closing: Closing = {
  batch: {
    ...({ id: batchId, releasedBy: null } as Batch),
    expected: { folders: 3, documents: 3, pages: 9 },
  },
  files: [file(1), file(2), file(3, { state: 'rejected', reason: 'file-truncated', pages: null })],
  documents: [document(1, 'verified'), document(2, 'refused', { reason: 'consent-refused' })],
  pages: [1, 2].flatMap((position) => [
    { fileId: fileId(position), documentId: documentId(position), isCoverSheet: true, pages: 1 },
    { fileId: fileId(position), documentId: documentId(position), isCoverSheet: false, pages: 2 },
  ]),
  deposits: [deposit(1, 'access'), deposit(1, 'master'), deposit(1, 'words'), deposit(2, 'master')],
}

test('what came in and what became of it is counted, from the box to the object', () => {
  expect(depositFigures(closing)).toEqual({
    announced: { folders: 3, documents: 3, pages: 9 },
    isAnsweredFor: false,
    files: { received: 3, bytes: 3000, digests: 3, split: 2, rejected: 1, duplicate: 0 },
    pages: { counted: 6, inDocuments: 4, coverSheets: 2 },
    verified: { documents: 1, pages: 2 },
    refused: { documents: 1, pages: 2 },
    rejected: { documents: 0, pages: 0 },
    attributedByHand: 0,
    objects: { access: 1, master: 1, words: 1, bytes: 1500 },
    reasons: { files: { 'file-truncated': 1 }, documents: { 'consent-refused': 1 } },
  })
})

test('figures that add up have no fault', () => {
  expect(figureFaults(closing)).toEqual([])
})

test('a file that is given back since a person rejected its document was read, and its pages are the document’s', () => {
  const files = closing.files.map((one) =>
    one.id === fileId(2)
      ? { ...one, state: 'rejected' as const, reason: 'rejected-by-operator' as const }
      : one,
  )
  const documents = [closing.documents[0]!, document(2, 'rejected', { reason: 'rejected-by-operator' })]
  const rejected = { ...closing, files, documents }
  expect(figureFaults(rejected)).toEqual([])
  expect(depositFigures(rejected)).toMatchObject({
    files: { received: 3, split: 2, rejected: 1 },
    pages: { counted: 6 },
    rejected: { documents: 1, pages: 2 },
    reasons: { files: { 'file-truncated': 1 }, documents: { 'rejected-by-operator': 1 } },
  })
})

describe('what does not add up is named', () => {
  const without = <Key extends 'pages' | 'deposits' | 'documents'>(key: Key, index: number) => ({
    [key]: closing[key].filter((_, at) => at !== index),
  })
  const cases: readonly (readonly [string, Partial<Closing>, readonly FigureFault[]])[] = [
    [
      'a file that nothing became of',
      { files: [...closing.files, file(4, { state: 'received', expectedPages: 0 })] },
      ['file-without-outcome'],
    ],
    [
      'a page that is gone',
      { pages: [{ ...closing.pages[1]!, pages: 1 }, ...closing.pages.filter((_, at) => at !== 1)] },
      ['pages-of-file', 'pages-of-document', 'pages-announced'],
    ],
    [
      'a page in no document',
      { pages: [{ ...closing.pages[0]!, documentId: null, isCoverSheet: false }, ...closing.pages.slice(1)] },
      ['page-without-document'],
    ],
    ['a document that is gone', without('documents', 1), ['page-without-document']],
    [
      'a document that is still on its way',
      { documents: [closing.documents[0]!, document(2, 'sealed')] },
      ['document-without-outcome'],
    ],
    ['an archived document without its master', without('deposits', 1), ['document-without-objects']],
    [
      'an object that was not read back',
      { deposits: [deposit(1, 'access', { verifiedAt: null }), deposit(1, 'master')] },
      ['object-not-verified'],
    ],
    [
      'pages that were announced and never came',
      { batch: { ...closing.batch, expected: { folders: 3, documents: 3, pages: 10 } } },
      ['pages-announced'],
    ],
  ]
  test.each(cases)('%s', (_name, change, faults) => {
    expect(figureFaults({ ...closing, ...change })).toEqual(faults)
  })
})

test('a person may answer for what was announced, and the attestation says so', () => {
  const batch = {
    ...closing.batch,
    expected: { folders: 3, documents: 3, pages: 10 },
    releasedBy: 'somebody',
  }
  expect(figureFaults({ ...closing, batch })).toEqual([])
  expect(pageOf({ ...closing, batch }).statement).toContain('une personne en a répondu')
})

test('the page says figures, and names box and contract by their ids alone', () => {
  const { sections, title } = pageOf(closing)
  expect(title).toBe('Attestation de dépôt')
  expect(sections[0]!.facts!.slice(0, 2)).toEqual([
    ['Boîte', derivedId('box')],
    ['Contrat', derivedId('contract')],
  ])
  expect(sections[1]!.table!.rows).toEqual([
    ['Annoncé', '—', '3', '9'],
    ['Reçu', '3', '—', '—'],
    ['  dont lu', '2', '2', '6'],
    ['  dont rendu : non lisible ou non conforme', '1', '—', '—'],
    ['  dont rendu : déjà archivé', '0', '—', '—'],
    ['Intercalaires, joints à la copie maîtresse', '—', '—', '2'],
    ['Archivé', '—', '1', '2'],
    ['Refusé : consentement', '—', '1', '2'],
    ['Écarté par décision', '—', '0', '0'],
  ])
})

test('more reasons than the page has room for are counted together', () => {
  const codes = [
    'file-truncated',
    'file-unreadable',
    'file-encrypted',
    'file-missing',
    'file-too-large',
  ] as const
  const files = codes.map((reason, at) => file(at + 10, { state: 'rejected', reason, expectedPages: 0 }))
  const facts = pageOf({ ...closing, files: [...closing.files, ...files] }).sections.at(-1)!.facts!
  expect(facts).toHaveLength(5)
  expect(facts.at(-1)).toEqual(['2 autres motifs', '2'])
})

const pageOf = (whole: Closing) =>
  depositAttestation(
    {
      ...{ batchId, boxId: derivedId('box'), contractId: derivedId('contract'), hostId: derivedId('host') },
      fingerprint: 'ab'.repeat(32),
      ...{ receivedAt: now, closedAt: now, figures: depositFigures(whole) },
      controller: { name: 'Un service', siret: '99900010200015' },
      processor: { name: 'Un atelier', siret: '99900020100015' },
      host: { name: 'Un hébergeur', hdsCertificate: 'HDS-1' },
    },
    { index: 1, leaf: '00', size: 2, root: '00', entry: '{}', proof: '' },
    now,
  )
