import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTruth } from '../../../src/adapters/postgres/records/truth.ts'
import { openViews } from '../../../src/adapters/postgres/views.ts'
import type { DocumentState } from '../../../src/domain/document.ts'
import { type BatchId, type DocumentId, newId, type OrganisationId } from '../../../src/domain/ids.ts'
import type { KeyProvider } from '../../../src/ports.ts'
import { createTestDatabase, type TestDatabase } from '../../database.ts'
import { addFullOrganisation, digest, now } from './full-organisation.ts'

let database: TestDatabase
let views: ReturnType<typeof openViews>
let organisation: OrganisationId
const states: readonly DocumentState[] = [
  'verified',
  'held',
  'refused',
  'verified',
  'failed',
  'held',
  'verified',
]

beforeAll(async () => {
  database = await createTestDatabase()
  views = openViews(database.app, database.system, () => ({}) as KeyProvider)
  organisation = await addFullOrganisation(database)
  await addFullOrganisation(database)
  for (let hour = 1; hour <= 4; hour++) await addBatch(new Date(now.getTime() + hour * 3_600_000))
})
afterAll(() => database.drop())

/** A batch like the one that is there, with a document in each of some states. */
async function addBatch(receivedAt: Date): Promise<void> {
  const id = newId<BatchId>(receivedAt)
  await sql`
    insert into batches (id, organisation_id, contract_id, box_id, fingerprint, state, operator, scanner, separation,
      expected_folders, expected_documents, expected_pages, manifest, staging_key_epoch, received_at, changed_at)
    select ${id}, organisation_id, contract_id, box_id, ${digest()}, 'composed', operator, scanner, separation, 1, 1, 1,
           manifest, 1, ${receivedAt}, ${receivedAt}
    from batches where organisation_id = ${organisation} limit 1`.execute(database.owner)
  for (const [index, state] of states.entries())
    await sql`
      insert into documents (id, organisation_id, batch_id, position, state, page_count, changed_at)
      values (${newId<DocumentId>(receivedAt)}, ${organisation}, ${id}, ${index + 1}, ${state}, 1, ${receivedAt})`.execute(
      database.owner,
    )
}

/** A list read page by page, each page going on where the one before ended. */
async function turned<Row extends { id: string }>(
  read: (after: Row['id'] | undefined) => Promise<Row[]>,
): Promise<Row[]> {
  const all: Row[] = []
  for (let page = await read(undefined); page.length > 0; page = await read(page.at(-1)!.id))
    all.push(...page)
  return all
}

test('documents turn page by page in the order of the whole list, each once', async () => {
  const whole = await views.documents(organisation, { limit: 100 })
  const pages = await turned((after) =>
    views.documents(organisation, { limit: 3, ...(after ? { after: after as DocumentId } : {}) }),
  )
  expect(whole).toHaveLength(4 * states.length + 1)
  expect(pages).toEqual(whole)
})

test('documents in some states come in that order too, whatever the order of the states', async () => {
  const wanted: readonly DocumentState[] = ['refused', 'held', 'failed', 'held']
  const whole = (await views.documents(organisation, { limit: 100 })).filter(({ state }) =>
    wanted.includes(state),
  )
  const pages = await turned((after) =>
    views.documents(organisation, {
      states: wanted,
      limit: 3,
      ...(after ? { after: after as DocumentId } : {}),
    }),
  )
  expect(whole).toHaveLength(16)
  expect(pages).toEqual(whole)
})

test('batches turn page by page, the latest first', async () => {
  const whole = await views.batches(organisation, { limit: 100 })
  const pages = await turned((after) =>
    views.batches(organisation, { limit: 2, ...(after ? { after: after as BatchId } : {}) }),
  )
  expect(whole.map(({ receivedAt }) => receivedAt.getTime())).toEqual(
    whole.map(({ receivedAt }) => receivedAt.getTime()).toSorted((a, b) => b - a),
  )
  expect(whole).toHaveLength(5)
  expect(pages).toEqual(whole)
  expect(await views.batches(organisation, { states: ['composed', 'held'], limit: 2 })).toEqual(
    whole.slice(0, 2),
  )
})

test('another organisation does not see them, wherever its page begins', async () => {
  const other = await addFullOrganisation(database)
  const [first] = await views.documents(organisation, { limit: 1 })
  expect(await views.documents(other, { after: first!.id, limit: 100 })).toEqual([])
})

test('what happened to a document is found by the document', async () => {
  const [document] = await views.documents(organisation, { limit: 1 })
  const subject = { batchId: document!.batchId, documentId: document!.id }
  await openTruth(database.app, { now: () => now }).transaction(organisation, (records) =>
    records.append('stage.test', [
      { type: 'document-composed', subject },
      { type: 'batch-closed', subject: { batchId: document!.batchId } },
    ]),
  )
  expect(await views.documentEvents(organisation, document!.id)).toMatchObject([
    { type: 'document-composed', subject },
  ])
})

test('pages to scan again are those of that verdict, with their place on the paper and their faults', async () => {
  const document = (await views.documents(organisation, { limit: 100 })).at(-1)
  const judge = (verdict: string) =>
    sql`update pages set facts = ${JSON.stringify({ quality: { verdict, faults: ['faint'] } })}
        where document_id = ${document!.id}`.execute(database.owner)
  const { id: documentId, batchId, position } = document!
  await judge('poor')
  expect(await views.rescans(organisation, { batchId })).toEqual([])
  await judge('rescan')
  const page = { file: 1, page: 1, documentId, document: position, faults: ['faint'] }
  expect(await views.rescans(organisation, { batchId })).toEqual([page])
  expect(await views.rescans(organisation, { documentId })).toEqual([page])
  expect(await views.rescans(await addFullOrganisation(database), { batchId })).toEqual([])
})
