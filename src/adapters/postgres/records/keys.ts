import { sql } from 'kysely'
import {
  type BatchId,
  batchKeyContext,
  type OrganisationId,
  type PatientId,
  patientKeyContext,
} from '../../../domain/ids.ts'
import type { KeptKey, KeyRecords, WrappedKind } from '../../../records.ts'
import type { Tx } from '../database.ts'

/** Where each kind of key is wrapped. */
const places = {
  patient: { table: 'patients', wrapped: 'key_wrapped', epoch: 'key_epoch' },
  batch: { table: 'batches', wrapped: 'staging_key_wrapped', epoch: 'staging_key_epoch' },
} as const satisfies Record<WrappedKind, { table: string; wrapped: string; epoch: string }>

const contextOf = (kind: WrappedKind, organisationId: OrganisationId, id: string): string =>
  kind === 'patient'
    ? patientKeyContext(organisationId, id as PatientId)
    : batchKeyContext(organisationId, id as BatchId)

type Row = { readonly id: string; readonly wrapped: Buffer; readonly epoch: number }

export const keyRecords = (tx: Tx, organisationId: OrganisationId): KeyRecords => ({
  async notUnder(kind, epoch, limit, after) {
    const place = places[kind]
    const [table, epochOf, wrappedOf] = [sql.table(place.table), sql.ref(place.epoch), sql.ref(place.wrapped)]
    const own = sql`${table} where organisation_id = ${organisationId} and ${wrappedOf} is not null`
    // From epoch to epoch by jumping in their index: all but a few keys may be under the one that is passed over.
    const { rows } = await sql<Row>`
      with recursive epochs (epoch) as (
        (select ${epochOf} from ${own} order by ${epochOf} limit 1)
        union all
        select (select ${epochOf} from ${own} and ${epochOf} > epochs.epoch order by ${epochOf} limit 1)
        from epochs where epochs.epoch is not null
      )
      select kept.* from epochs cross join lateral (
        select id, ${wrappedOf} as wrapped, ${epochOf} as epoch from ${own}
          and ${epochOf} = epochs.epoch and id > ${after ?? '00000000-0000-0000-0000-000000000000'}::uuid
        order by id limit ${limit}
      ) kept
      where epochs.epoch <> ${epoch} order by id limit ${limit}`.execute(tx)
    return rows.map(
      ({ id, wrapped, epoch }): KeptKey => ({
        id,
        context: contextOf(kind, organisationId, id),
        key: { wrapped, epoch },
      }),
    )
  },
  async rewrap(kind, keys) {
    const place = places[kind]
    const { numAffectedRows } = await sql`
      update ${sql.table(place.table)} kept
         set ${sql.ref(place.wrapped)} = anew.wrapped, ${sql.ref(place.epoch)} = anew.epoch
        from unnest(${keys.map(({ id }) => id)}::uuid[], ${keys.map(({ key }) => key.wrapped)}::bytea[],
                    ${keys.map(({ anew }) => anew.wrapped)}::bytea[], ${keys.map(({ anew }) => anew.epoch)}::integer[])
             as anew (id, former, wrapped, epoch)
       where kept.id = anew.id and kept.organisation_id = ${organisationId}
         and kept.${sql.ref(place.wrapped)} = anew.former`.execute(tx)
    return Number(numAffectedRows ?? 0)
  },
})
