import type { PatientId } from '../../domain/ids.ts'
import type { Identity, KeyProvider } from '../../ports.ts'
import type { Tx } from './database.ts'
import { readIdentities } from './patients.ts'

export type PatientView = {
  readonly id: PatientId
  readonly insStatus: 'provisional' | 'retrieved' | 'validated' | 'qualified'
  /** False once the patient's key was destroyed: nothing sealed under it can be read any more. */
  readonly hasKey: boolean
  readonly documents: number
  readonly createdAt: Date
  readonly identity: Identity | undefined
}

/** Patients by the time at which they were added, with their identity in clear: for the eyes of who asked, only. */
export async function listPatients(
  tx: Tx,
  keys: KeyProvider,
  { limit, after, only }: { limit: number; after?: PatientId; only?: PatientId },
): Promise<PatientView[]> {
  const rows = await tx
    .selectFrom('patients')
    .select(['id', 'ins_status', 'created_at'])
    .select((select) => [
      select('key_wrapped', 'is not', null).as('has_key'),
      select
        .selectFrom('documents')
        .select((counted) => counted.fn.countAll<string>().as('documents'))
        .whereRef('documents.patient_id', '=', 'patients.id')
        .as('documents'),
    ])
    .$if(after !== undefined, (some) => some.where('id', '>', after!))
    .$if(only !== undefined, (some) => some.where('id', '=', only!))
    .orderBy('id')
    .limit(limit)
    .execute()
  const identities = await readIdentities(
    tx,
    keys,
    rows.map(({ id }) => id),
  )
  return rows.map((row) => ({
    id: row.id,
    insStatus: row.ins_status,
    hasKey: Boolean(row.has_key),
    documents: Number(row.documents),
    createdAt: row.created_at,
    identity: identities.get(row.id),
  }))
}

/** File numbers of some patients, in clear: what a service calls them by. */
export async function fileNumbersOf(
  tx: Tx,
  keys: KeyProvider,
  patientIds: Iterable<PatientId>,
): Promise<ReadonlyMap<PatientId, string>> {
  const identities = await readIdentities(tx, keys, [...new Set(patientIds)])
  return new Map([...identities].map(([id, { fileNumber }]) => [id, fileNumber]))
}
