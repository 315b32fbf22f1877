import { sql } from 'kysely'
import type { OrganisationId } from '../../../domain/ids.ts'
import type { Page } from '../../../domain/page.ts'
import type { PageRecords } from '../../../records.ts'
import type { Tx } from '../database.ts'
import type { Row } from '../schema.ts'
import { fromRow, toRow } from './columns.ts'
import { inPortions, isOneOf } from './portions.ts'

export const pageRecords = (tx: Tx, organisationId: OrganisationId): PageRecords => ({
  async insert(pages) {
    const rows = pages.map((page) => ({ ...toRow(page), organisation_id: organisationId }))
    for (const some of inPortions(rows))
      await tx
        .insertInto('pages')
        .values(some)
        .onConflict((conflict) => conflict.doNothing())
        .execute()
  },
  async find(id) {
    const row = await tx.selectFrom('pages').selectAll().where('id', '=', id).executeTakeFirst()
    return row && pageOf(row)
  },
  async ofBatch(batchId) {
    const rows = await tx
      .selectFrom('pages')
      .innerJoin('files', 'files.id', 'pages.file_id')
      .selectAll('pages')
      .where('pages.batch_id', '=', batchId)
      .orderBy('files.position')
      .orderBy('pages.number')
      .execute()
    return rows.map(pageOf)
  },
  async ofFile(fileId) {
    const rows = await tx
      .selectFrom('pages')
      .selectAll()
      .where('file_id', '=', fileId)
      .orderBy('number')
      .execute()
    return rows.map(pageOf)
  },
  async ofDocument(documentId) {
    const rows = await tx
      .selectFrom('pages')
      .selectAll()
      .where('document_id', '=', documentId)
      .orderBy('position', (order) => order.asc().nullsLast())
      .orderBy('number')
      .execute()
    return rows.map(pageOf)
  },
  async tally(batchId) {
    const rows = await tx
      .selectFrom('pages')
      .select(['file_id', 'document_id', (on) => on('position', 'is', null).as('cover')])
      .select((on) => on.fn.countAll<number>().as('pages'))
      .where('batch_id', '=', batchId)
      .groupBy(['file_id', 'document_id', 'cover'])
      .execute()
    return rows.map(({ file_id, document_id, cover, pages }) => ({
      ...{ fileId: file_id, documentId: document_id, pages },
      isCoverSheet: document_id !== null && Boolean(cover),
    }))
  },
  async assign(pages) {
    await sql`
      update pages set document_id = given.document_id, position = given.position
      from unnest(${pages.map(({ id }) => id)}::uuid[], ${pages.map(({ documentId }) => documentId)}::uuid[],
                  ${pages.map(({ position }) => position)}::int[]) as given (id, document_id, position)
      where pages.id = given.id`.execute(tx)
  },
  async change(ids, change) {
    if (ids.length > 0) await tx.updateTable('pages').set(toRow(change)).where(isOneOf(ids)).execute()
  },
})

const pageOf = ({ organisation_id, ...row }: Row<'pages'>): Page => fromRow(row)
