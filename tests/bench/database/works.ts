import { openAttestationBook } from '../../../src/adapters/postgres/attestations.ts'
import type { Database } from '../../../src/adapters/postgres/database.ts'
import { openEpochRegister } from '../../../src/adapters/postgres/epoch-register.ts'
import { openLedger } from '../../../src/adapters/postgres/ledger.ts'
import { openLedgerEvidence } from '../../../src/adapters/postgres/ledger-evidence.ts'
import { openLockedDeposits } from '../../../src/adapters/postgres/locked-deposits.ts'
import { openLookout } from '../../../src/adapters/postgres/lookout.ts'
import { openOffice } from '../../../src/adapters/postgres/office.ts'
import { openOutbox } from '../../../src/adapters/postgres/outbox-dispatch.ts'
import { openPresence } from '../../../src/adapters/postgres/outbox-presence.ts'
import { createPatientDirectory } from '../../../src/adapters/postgres/patients.ts'
import { openTruth } from '../../../src/adapters/postgres/records/truth.ts'
import { openTimestamps } from '../../../src/adapters/postgres/timestamps.ts'
import { openViews } from '../../../src/adapters/postgres/views.ts'
import type { OrganisationId } from '../../../src/domain/ids.ts'
import type { Outbox } from '../../../src/plumbing.ts'
import type { Clock } from '../../../src/ports.ts'
import type { Records } from '../../../src/records.ts'
import type { SizedDatabase } from './houses.ts'
import { benchNow } from './seed-plan.ts'
import { drawSubjects, type Subjects } from './subjects.ts'

/** The product's own functions over one database, and what to ask them about. */
export type Works = ReturnType<typeof assembleWorks>

export async function openWorks(sized: SizedDatabase, samples: number) {
  return assembleWorks(sized, await drawSubjects(sized, samples))
}

const clock: Clock = { now: () => benchNow }

function assembleWorks(sized: SizedDatabase, subjects: Subjects) {
  const { app, system, keys } = sized
  const truth = openTruth(app, clock)
  return {
    ...{ sized, subjects, app, system, keys, truth, clock },
    views: openViews(app, system, () => keys),
    office: openOffice(app, system, () => keys, clock),
    directory: createPatientDirectory(app, keys),
    outbox: openOutbox(system, clock),
    lookout: openLookout(system, clock),
    presence: openPresence(system, clock),
    ledger: openLedger(system, clock),
    evidence: openLedgerEvidence(system),
    timestamps: openTimestamps(system, clock),
    attestations: openAttestationBook(system),
    epochs: openEpochRegister(system, clock),
    locks: openLockedDeposits(system),
    /** The system's statements; what was written is taken back. */
    onSystem: (work: (database: Database) => Promise<unknown>) =>
      takenBack((stop) =>
        system.transaction().execute(async (tx) => stop(await work(nested(tx as unknown as Database)))),
      ),
    /** Reads or writes in one transaction of an organisation, as stages do; what was written is taken back. */
    within: (organisationId: OrganisationId, work: (records: Records) => Promise<unknown>) =>
      takenBack((stop) => truth.transaction(organisationId, async (records) => stop(await work(records)))),
    /** The system's statements on the outbox; what was written is taken back. */
    onOutbox: (work: (outbox: Outbox) => Promise<unknown>) =>
      takenBack((stop) =>
        system
          .transaction()
          .execute(async (tx) => stop(await work(openOutbox(tx as unknown as Database, clock)))),
      ),
  }
}

/** Where the product begins a transaction of its own, it is the one that is taken back. */
const nested = (tx: Database): Database =>
  new Proxy(tx, {
    get(of, name) {
      if (name === 'transaction') return () => ({ execute: (work: (one: Database) => unknown) => work(tx) })
      const found: unknown = Reflect.get(of, name, of)
      return typeof found === 'function' ? (found.bind(of) as unknown) : found
    },
  })

/** The transaction ends with an error, and so with a rollback: the next question finds everything as it was. */
async function takenBack(
  transaction: (stop: (result: unknown) => never) => Promise<unknown>,
): Promise<unknown> {
  const taken = new Error('taken back')
  let kept: unknown
  try {
    return await transaction((result) => {
      kept = result
      throw taken
    })
  } catch (error) {
    if (error === taken) return kept
    throw error
  }
}
