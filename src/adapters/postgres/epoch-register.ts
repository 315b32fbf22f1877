import { sql } from 'kysely'
import { Failure } from '../../domain/failure.ts'
import type { OrganisationId } from '../../domain/ids.ts'
import type { Clock } from '../../ports.ts'
import type { EpochCensus, EpochRegister, WrappedKind } from '../../records.ts'
import type { Database, Tx } from './database.ts'

/** Needs the system's database: master keys are everybody's. */
export const openEpochRegister = (system: Database, clock: Clock): EpochRegister => ({
  async census() {
    const epochs = await system.selectFrom('key_epochs').selectAll().orderBy('epoch').execute()
    const wrapped = await countWrapped(system)
    return epochs.map(
      (row): EpochCensus => ({
        epoch: row.epoch,
        madeAt: row.made_at,
        escrowedAt: row.escrowed_at,
        retiredAt: row.retired_at,
        wrapped: wrapped.get(row.epoch) ?? { patient: 0, batch: 0 },
      }),
    )
  },
  async controllers() {
    const { rows } = await sql<{ id: OrganisationId }>`
      select id from organisations o
       where kind = 'controller' or exists (select from patients where organisation_id = o.id)
          or exists (select from batches where organisation_id = o.id)
       order by id`.execute(system)
    return rows.map(({ id }) => id)
  },
  made: (epoch) => insertEpoch(system, epoch, clock.now()),
  async escrowed(epochs, at) {
    await system
      .updateTable('key_epochs')
      .set({ escrowed_at: at })
      .where('epoch', 'in', [...epochs])
      .execute()
  },
  retire: (epoch) =>
    system.transaction().execute(async (tx) => {
      await insertEpoch(tx, epoch, clock.now())
      // Waits for everyone who holds the row. The next statement sees what they wrote.
      await sql`update key_epochs set retired_at = coalesce(retired_at, ${clock.now()}) where epoch = ${epoch}`.execute(
        tx,
      )
      const { patient, batch } = await countUnder(tx, epoch)
      if (patient + batch > 0)
        throw new Failure('key-epoch-in-use', { epoch, patients: patient, batches: batch })
    }),
  async indexDigest() {
    const row = await system.selectFrom('key_checks').select('digest').executeTakeFirst()
    return row?.digest
  },
  async keepIndexDigest(digest) {
    await system
      .insertInto('key_checks')
      .values({ name: 'index', digest })
      .onConflict((conflict) => conflict.doNothing())
      .execute()
  },
})

async function insertEpoch(database: Database | Tx, epoch: number, at: Date): Promise<void> {
  await database
    .insertInto('key_epochs')
    .values({ epoch, made_at: at })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

type Counts = Record<WrappedKind, number>

/** Counts along indexes, all of them. */
async function countWrapped(database: Database | Tx): Promise<ReadonlyMap<number, Counts>> {
  const { rows } = await sql<{ epoch: number; patient: number; batch: number }>`
    select epoch, sum(patient)::integer as patient, sum(batch)::integer as batch from (
      select key_epoch as epoch, count(*) as patient, 0 as batch from patients where key_wrapped is not null group by 1
      union all
      select staging_key_epoch, 0, count(*) from batches where staging_key_wrapped is not null group by 1
    ) wrapped group by epoch`.execute(database)
  return new Map(rows.map(({ epoch, patient, batch }) => [epoch, { patient, batch }]))
}

/** Of one epoch, each organisation's by the index: reads no more than what it counts. */
async function countUnder(tx: Tx, epoch: number): Promise<Counts> {
  const { rows } = await sql<Counts>`
    select coalesce(sum(p.keys), 0)::integer as patient, coalesce(sum(b.keys), 0)::integer as batch
    from organisations o
    cross join lateral (
      select count(*) as keys from patients
      where organisation_id = o.id and key_epoch = ${epoch} and key_wrapped is not null) p
    cross join lateral (
      select count(*) as keys from batches
      where organisation_id = o.id and staging_key_epoch = ${epoch} and staging_key_wrapped is not null) b`.execute(
    tx,
  )
  return rows[0]!
}
