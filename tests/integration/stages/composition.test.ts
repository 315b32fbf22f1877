import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openLedgerEvidence } from '../../../src/adapters/postgres/ledger-evidence.ts'
import { attributeDocument } from '../../../src/commands/attribute-document.ts'
import { rejectDocument } from '../../../src/commands/decide-document.ts'
import { custodyEvent } from '../../../src/domain/custody.ts'
import {
  type DocumentId,
  derivedId,
  type FileId,
  type PageId,
  type PatientId,
} from '../../../src/domain/ids.ts'
import { dropOf, ofPatients, type Side } from './paper.ts'
import { openWorks, type Works } from './works.ts'

let works: Works
let granted: PatientId
beforeAll(async () => {
  works = await openWorks()
  granted = await works.patient('SP-1')
  await works.decide(granted, 'granted')
})
afterAll(() => works.close())

let lots = 0
/** A batch cut at cover sheets: for each document its patient, or none, and how many pages follow. */
function coverSheets(documents: readonly { patient?: string; pages: number }[], folders = 0) {
  const lot = `LOT-${++lots}`
  const sides = documents.flatMap(({ patient, pages }, index): Side[] => [
    { sheet: { batch: lot, sequence: index + 1, count: documents.length, ...(patient ? { patient } : {}) } },
    ...Array.from({ length: pages }, (_, page) => ({ text: `${lot} ${index} ${page}` })),
  ])
  return dropOf(
    { 'a.jpg': sides },
    {
      separation: 'cover-sheets',
      coverSheets: { batch: lot, count: documents.length },
      expected: { folders, documents: documents.length, pages: sides.length },
    },
  )
}

describe('cover sheets', () => {
  test('a sheet without a patient, or with an unknown one, holds its document only', async () => {
    const batch = await works.submit(
      coverSheets([{ patient: 'SP-1', pages: 1 }, { pages: 1 }, { patient: 'NOBODY', pages: 2 }]),
    )
    await works.run()
    expect(await works.outcome(batch)).toMatchObject({
      batch: 'composed',
      documents: ['verified', 'held patient-missing', 'held patient-unknown'],
    })
    for (const { id, state } of await works.documents(batch))
      if (state === 'held') await attributeDocument(works.organisationId, id, granted, 'boss', works.truth)
    await works.run()
    expect((await works.batch(batch)).state).toBe('closed')
  })

  test('a sheet that no page follows is a document to look for: nobody can attribute it, somebody rejects it', async () => {
    const batch = await works.submit(
      coverSheets([
        { patient: 'SP-1', pages: 0 },
        { patient: 'SP-1', pages: 1 },
      ]),
    )
    await works.run()
    expect((await works.outcome(batch)).documents).toEqual(['held document-empty', 'verified'])
    const [empty] = await works.documents(batch)
    await expect(
      attributeDocument(works.organisationId, empty!.id, granted, 'boss', works.truth),
    ).rejects.toMatchObject({ code: 'state-forbids' })
    await rejectDocument(works.organisationId, empty!.id, 'boss', works.truth)
    await works.run()
    expect(await works.outcome(batch)).toMatchObject({ batch: 'closed', files: ['split'] })
  })
})

test('a document of blank pages only is archived like any other', async () => {
  const batch = await works.submit(
    dropOf({ 'a.jpg': [{ blank: true, text: 'x' }, { blank: true }] }, ofPatients({ 'a.jpg': 'SP-1' })),
  )
  await works.run()
  expect(await works.outcome(batch)).toMatchObject({ batch: 'closed', documents: ['verified'] })
})

test('more patients than folders, or more folders than documents, hold the batch', async () => {
  await works.patient('SP-4')
  const two = [
    { patient: 'SP-1', pages: 1 },
    { patient: 'SP-4', pages: 1 },
  ]
  const facts = async (folders: number) => {
    const batch = await works.submit(coverSheets(two, folders))
    await works.run()
    const { state, facts } = await works.batch(batch)
    return [state, facts]
  }
  expect(await facts(1)).toEqual(['held', { unit: 'folders', expected: 1, counted: 2 }])
  expect(await facts(2)).toEqual(['composed', {}])
  expect(await facts(3)).toEqual(['held', { unit: 'folders', expected: 3, counted: 2 }])
})

test('thousands of files, documents, orders and events are written at once', async () => {
  const many = 9_000
  const batchId = await works.submit(dropOf({ 'a.jpg': [{ text: 'many' }] }))
  const [file] = await works.files(batchId)
  const numbers = Array.from({ length: many }, (_, index) => index + 2)
  await works.records(async (records) => {
    const files = numbers.map((position) => ({
      ...file!,
      id: derivedId<FileId>(batchId, position),
      position,
    }))
    await records.files.insert(files)
    const ids = numbers.map((position) => derivedId<DocumentId>(batchId, 'document', position))
    await records.documents.insert(
      ids.map((id, index) => ({
        ...{ id, batchId, organisationId: works.organisationId, position: index + 1, patientId: null },
        ...{ state: 'examined', resumeState: null, reason: null, facts: {}, pageCount: 1 },
        ...{ confidence: null, access: null, attributedBy: null, question: null, reading: null },
      })),
    )
    await records.append(
      'test',
      ids.map((documentId) => custodyEvent('document-composed', { documentId })),
    )
    const order = { batchId, queue: 'document', stage: 'check-consent', subjectId: ids } as const
    await records.orders.place(order)
    await records.orders.place({ ...order, again: true, subjectId: ids.slice(0, 3) })
  })
  expect(await works.files(batchId)).toHaveLength(many + 1)
  expect(await works.documents(batchId)).toHaveLength(many)
})

test('more documents and pages are changed, and tokens looked up, at once than a statement may have parameters', async () => {
  const ids = Array.from({ length: 70_000 }, (_, index) => derivedId<DocumentId>('many', index))
  await works.records(async ({ documents, pages }) => {
    await documents.change(ids, { state: 'rejected' })
    await pages.change(ids as readonly string[] as readonly PageId[], { state: 'destroyed' })
  })
  const evidence = openLedgerEvidence(works.database.system)
  expect(await evidence.tokensOf('sealed-document', ids)).toEqual(new Map())
})
