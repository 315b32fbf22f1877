import { sql } from 'kysely'
import { openDatabase } from '../../../src/adapters/postgres/database.ts'
import { openLedger } from '../../../src/adapters/postgres/ledger.ts'
import { migrate } from '../../../src/adapters/postgres/migrate.ts'
import { openTruth } from '../../../src/adapters/postgres/records/truth.ts'
import { drawPasswords, roleUrl } from '../../../src/adapters/postgres/roles.ts'
import { extendLedger } from '../../../src/commands/extend-ledger.ts'
import { custodyEvent } from '../../../src/domain/custody.ts'
import { newId, type OrganisationId } from '../../../src/domain/ids.ts'
import { verifierOf } from '../../../src/ledger/note.ts'
import { signerOf } from '../../unit/ledger/signers.ts'

const digest = 'a'.repeat(64)

export type BenchLedger = Awaited<ReturnType<typeof openBenchLedger>>

/** A ledger alone, on a database of its own: events of the kind that there are most of. */
export async function openBenchLedger(ownerUrl: string) {
  const passwords = drawPasswords()
  await migrate(ownerUrl, passwords)
  const owner = openDatabase({ url: ownerUrl })
  const app = openDatabase({ url: roleUrl(ownerUrl, 'scelle_app', passwords) })
  const system = openDatabase({ url: roleUrl(ownerUrl, 'scelle_system', passwords) })
  const clock = { now: () => new Date() }
  const organisationId = newId<OrganisationId>(clock.now())
  await sql`insert into organisations (id, kind, name, siret, created_at) values
    (${organisationId}, 'controller', 'Bench', '73282932000074', now())`.execute(owner)
  const truth = openTruth(app, clock)
  const ledger = openLedger(system, clock)
  const signer = signerOf('ledger.example.fr')
  return {
    ...{ ledger, signer },
    verifiers: [verifierOf(signer)],
    /** Waits for the disk like any other transaction, and writes nothing but a word in the journal. */
    commit: () => sql`select pg_logical_emit_message(true, 'bench', '')`.execute(owner),
    happen: (count: number) =>
      truth.transaction(organisationId, ({ append }) =>
        append(
          'stage.examine-page',
          Array.from({ length: count }, (_, number) =>
            custodyEvent(
              'page-examined',
              { batchId: organisationId, pageId: newId(clock.now()) },
              { digests: { image: digest }, details: { number, quality: 'good' } },
            ),
          ),
        ),
      ),
    async extend() {
      while ((await extendLedger({ ledger, signer, clock })) > 0);
    },
    async bytesPerEntry(entries: number) {
      const { rows } = await sql<{ entry: string; tables: string; events: string }>`
        select (select avg(octet_length(entry)) from ledger_entries) as entry,
          pg_total_relation_size('ledger_entries') + pg_total_relation_size('ledger_subtrees')
            + pg_total_relation_size('ledger_checkpoints') as tables,
          pg_total_relation_size('custody_events') as events`.execute(owner)
      const entry = Number(rows[0]!.entry)
      // A length of two bytes, a hash at level 0, a 256th of one above, and so on.
      return {
        entry,
        ledgerTables: Number(rows[0]!.tables) / entries,
        eventTable: Number(rows[0]!.events) / entries,
        published: entry + 2 + (32 * 256) / 255,
      }
    },
    close: () => Promise.all([owner, app, system].map((one) => one.destroy())),
  }
}
