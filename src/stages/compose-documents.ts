import { z } from 'zod'
import type { Batch, BatchFile } from '../domain/batch.ts'
import {
  type Announcement,
  composeDocuments as compose,
  type ScannedFile,
  type ScannedPage,
} from '../domain/composition.ts'
import { decodeCoverSheet } from '../domain/cover-sheet.ts'
import { custodyEvent } from '../domain/custody.ts'
import type { Document } from '../domain/document.ts'
import {
  BatchId,
  derivedId,
  type DocumentId,
  type OrganisationId,
  type PageId,
  type PatientId,
} from '../domain/ids.ts'
import { BatchRegister } from '../domain/register.ts'
import type { Barcode, Page } from '../domain/page.ts'
import type { FailureCode } from '../domain/failures.ts'
import type { Staging } from '../ports.ts'
import type { Records } from '../records.ts'
import { closeWhenDone } from './close-batch.ts'
import { attribute } from './attribution.ts'
import { completed, defineStage, held, type StageContext } from './stage.ts'
import { failBatch, holdBatch } from './stopping.ts'

const examining = ['split-pages', 'examine-page'] as const

/** Orders composition once the last page of the batch is examined. */
export async function composeWhenExamined(
  batchId: BatchId,
  records: Records,
  { orderId }: StageContext,
): Promise<void> {
  await records.batches.lock(batchId)
  if (await records.orders.anyOpen(batchId, examining, orderId)) return
  await records.orders.place({ batchId, queue: 'batch', stage: 'compose-documents', subjectId: batchId })
}

const Composed = z.object({
  id: z.custom<DocumentId>(),
  position: z.number().int().positive(),
  pages: z.array(z.custom<PageId>()),
  coverPages: z.array(z.custom<PageId>()),
  patientId: z.custom<PatientId>().nullable(),
  reason: z.custom<FailureCode>().nullable(),
  page: z.number().nullable(),
})

/** Separators, cover sheets and manifest make documents of pages, and each document somebody's. */
export const composeDocuments = defineStage({
  name: 'compose-documents',
  queue: 'batch',
  input: z.object({
    batch: z.custom<Batch>(),
    files: z.array(z.custom<BatchFile>()),
    pages: z.array(z.custom<Page>()),
  }),
  output: z.object({ batchId: BatchId, documents: z.array(Composed) }),
  needs: ['staging', 'patients', 'rules'],

  async load(subjectId, records) {
    const batch = await records.batches.find(subjectId as BatchId)
    if (batch?.state !== 'registered') return undefined
    return {
      batch,
      files: await records.files.ofBatch(batch.id),
      pages: await records.pages.ofBatch(batch.id),
    }
  },

  async run({ batch, files, pages }, { staging, patients, rules }, { organisationId }) {
    const register = BatchRegister.parse(
      JSON.parse((await staging.read(batch.id, batch.manifest)).toString()),
    )
    const scannedFiles = files.map(
      (file): ScannedFile => ({ ...file, name: register.names[file.position - 1]! }),
    )
    const split = new Map(files.filter(({ state }) => state === 'split').map((file) => [file.id, file]))
    const kept = pages.filter((page) => split.has(page.fileId))
    const marks = await readMarks(batch.id, kept, staging)
    const scanned = kept.map((page) =>
      scannedPage(page, split.get(page.fileId)!.position, marks.get(page.id) ?? []),
    )
    const { documents, fault } = compose(announcement(register), scannedFiles, scanned)
    // Where no file was accepted there is nothing to reconcile: the whole batch goes back, each file with its reason.
    if (fault && kept.length > 0 && batch.releasedBy === null) return held(fault.code, fault.facts)

    const composed = []
    for (const [index, document] of documents.entries()) {
      const id = derivedId<DocumentId>(batch.id, 'document', index + 1)
      const labels = document.pages.map((pageId) => marks.get(pageId) ?? [])
      const attribution = await attribute(organisationId, document.patient, labels, patients, rules)
      const isEmpty = document.pages.length === 0
      composed.push({
        ...{ ...document, id, position: index + 1, ...attribution },
        ...(isEmpty ? { reason: 'document-empty' as const, page: null } : {}),
      })
    }
    return completed({ batchId: batch.id, documents: composed }, [
      ...composed.map((document) =>
        custodyEvent(
          'document-composed',
          {
            batchId: batch.id,
            documentId: document.id,
            ...(document.patientId ? { patientId: document.patientId } : {}),
          },
          { details: { pages: document.pages.length, coverSheets: document.coverPages.length } },
        ),
      ),
    ])
  },

  async settle({ batchId, documents }, records, context) {
    const { organisationId, actor } = context
    await records.batches.change(batchId, { state: 'composed', reason: null, facts: {} })
    await records.documents.insert(documents.map((one) => newDocument(one, batchId, organisationId)))
    await records.pages.assign(documents.flatMap(placesOf))
    const stopped = documents.filter(({ reason }) => reason !== null)
    await records.append(
      actor,
      stopped.map(({ id, reason }) =>
        custodyEvent('document-held', { batchId, documentId: id }, { details: { reason: reason! } }),
      ),
    )
    const subjectId = documents.filter(({ reason }) => reason === null).map(({ id }) => id)
    await records.orders.place({ batchId, queue: 'document', stage: 'check-consent', subjectId })
    await closeWhenDone(batchId, records, context)
  },

  hold: holdBatch,
  fail: failBatch,
})

type Composed = z.infer<typeof Composed>

function newDocument(
  { id, position, pages, patientId, reason, page }: Composed,
  batchId: BatchId,
  organisationId: OrganisationId,
): Document {
  return {
    ...{ id, organisationId, batchId, position, patientId, pageCount: pages.length, reason },
    ...(reason
      ? {
          state: 'held',
          resumeState: 'examined',
          facts: { documentId: id, ...(page === null ? {} : { page }) },
        }
      : { state: 'examined', resumeState: null, facts: {} }),
    ...{ confidence: null, access: null, question: null, attributedBy: null, reading: null },
  }
}

/** Its pages in order; a cover sheet has no place among them. */
const placesOf = ({ id: documentId, pages, coverPages }: Composed) => [
  ...pages.map((id, index) => ({ id, documentId, position: index + 1 })),
  ...coverPages.map((id) => ({ id, documentId, position: null })),
]

async function readMarks(
  batchId: BatchId,
  pages: readonly Page[],
  staging: Staging,
): Promise<Map<PageId, Barcode[]>> {
  const marks = new Map<PageId, Barcode[]>()
  for (const page of pages) {
    if (page.marks)
      marks.set(page.id, JSON.parse((await staging.read(batchId, page.marks)).toString()) as Barcode[])
  }
  return marks
}

function scannedPage(page: Page, file: number, marks: readonly Barcode[]): ScannedPage {
  const sheets = marks
    .filter((mark) => mark.format === 'DataMatrix')
    .map((mark) => decodeCoverSheet(mark.text))
  const sheet = sheets.find((decoded) => typeof decoded === 'object')
  return {
    ...{ id: page.id, file, number: page.number },
    coverSheet: sheet ? { ...sheet, patient: sheet.patient ?? null } : null,
  }
}

const announcement = ({ manifest }: BatchRegister): Announcement => ({
  separation: manifest.separation,
  expected: manifest.expected,
  coverSheets: manifest.coverSheets ?? null,
  documents: (manifest.documents ?? []).map(({ file, patient, from, to }) => ({
    file,
    patient: patient ?? null,
    from: from ?? null,
    to: to ?? null,
  })),
})
