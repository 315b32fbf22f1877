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
      const { patient, batch } = (await countWrapped(tx)).get(epoch) ?? { patient: 0, batch: 0 }
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

async function countWrapped(database: Database | Tx): Promise<ReadonlyMap<number, Counts>> {
  const { rows } = await sql<{ epoch: number; patient: number; batch: number }>`
    select epoch, sum(patient)::integer as patient, sum(batch)::integer as batch from (
      select key_epoch as epoch, 1 as patient, 0 as batch from patients where key_wrapped is not null
      union all
      select staging_key_epoch, 0, 1 from batches where staging_key_wrapped is not null
    ) wrapped group by epoch`.execute(database)
  return new Map(rows.map(({ epoch, patient, batch }) => [epoch, { patient, batch }]))
}
