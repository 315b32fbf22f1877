import type { Selectable } from 'kysely'
import {
  type ConsentDecision,
  type ConsentPurpose,
  type ConsentStatus,
  inForce,
  standing,
} from '../../domain/consent.ts'
import type { Actor } from '../../domain/custody.ts'
import { newId, type OrganisationId, type PatientId } from '../../domain/ids.ts'
import type { Tx } from './database.ts'
import type { Schema } from './schema.ts'

/** A decision with who wrote it down and when. */
export type RecordedConsent = ConsentDecision & {
  readonly id: string
  readonly patientId: PatientId
  readonly recordedBy: Actor
  readonly recordedAt: Date
}

/** Adds a decision to the patient's history; nothing is ever changed in it. Returns the decision's id. */
export async function recordConsent(
  tx: Tx,
  organisationId: OrganisationId,
  patientId: PatientId,
  decision: ConsentDecision,
  recorded: { by: Actor; at: Date },
): Promise<string> {
  const id = newId<string>(recorded.at)
  const row = {
    id,
    organisation_id: organisationId,
    patient_id: patientId,
    purpose: decision.purpose,
    status: decision.status,
    notice_version: decision.noticeVersion,
    channel: decision.channel,
    evidence_sha256: decision.evidenceSha256,
    legal_basis: decision.legalBasis,
    decided_by: decision.decidedBy,
    decided_at: decision.decidedAt,
    expires_at: decision.expiresAt,
    recorded_by: recorded.by,
    recorded_at: recorded.at,
  }
  await tx.insertInto('consents').values(row).execute()
  return id
}

/** The decision in force for this purpose, as it was recorded: the gate judges whether its term is over. */
export const currentConsent = async (
  tx: Tx,
  patientId: PatientId,
  purpose: ConsentPurpose,
): Promise<RecordedConsent | undefined> => inForce(await consentHistory(tx, patientId, purpose))

/** How the patient stands now for each purpose on which there is a decision; past its term, `granted` is `expired`. */
export async function consentStandings(
  tx: Tx,
  patientId: PatientId,
  now: Date,
): Promise<ReadonlyMap<ConsentPurpose, ConsentStatus>> {
  const byPurpose = Map.groupBy(await consentHistory(tx, patientId), ({ purpose }) => purpose)
  return new Map([...byPurpose].map(([purpose, history]) => [purpose, standing(inForce(history)!, now)]))
}

/** Every decision of the patient, or those for one purpose, the one recorded first first. */
export async function consentHistory(
  tx: Tx,
  patientId: PatientId,
  purpose?: ConsentPurpose,
): Promise<RecordedConsent[]> {
  const decisions = tx.selectFrom('consents').selectAll().where('patient_id', '=', patientId)
  const wanted = purpose ? decisions.where('purpose', '=', purpose) : decisions
  const rows = await wanted.orderBy('position').execute()
  return rows.map(fromRow)
}

const fromRow = (row: Selectable<Schema['consents']>): RecordedConsent => ({
  id: row.id,
  patientId: row.patient_id,
  purpose: row.purpose,
  status: row.status,
  noticeVersion: row.notice_version,
  channel: row.channel,
  evidenceSha256: row.evidence_sha256,
  legalBasis: row.legal_basis,
  decidedBy: row.decided_by,
  decidedAt: row.decided_at,
  expiresAt: row.expires_at,
  recordedBy: row.recorded_by,
  recordedAt: row.recorded_at,
})
