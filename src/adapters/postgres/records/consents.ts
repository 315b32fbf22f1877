import { isSame } from '../../../domain/consent.ts'
import type { OrganisationId, PatientId } from '../../../domain/ids.ts'
import type { Clock } from '../../../ports.ts'
import type { ConsentRecords } from '../../../records.ts'
import { consentHistory, currentConsent, recordConsent } from '../consents.ts'
import type { Tx } from '../database.ts'
import { findOrganisation } from '../organisations.ts'

export const consentRecords = (tx: Tx, organisationId: OrganisationId, clock: Clock): ConsentRecords => ({
  // An organisation that cannot be found has no policy to be lenient by.
  policy: async () =>
    (await findOrganisation(tx, { id: organisationId }))?.consentPolicy ?? { kind: 'required' },
  async current(patientId, purpose) {
    await lockPatient(tx, patientId).forShare().execute()
    return currentConsent(tx, patientId, purpose)
  },
  isRecorded: async (patientId, decision) =>
    (await consentHistory(tx, patientId, decision.purpose)).some((one) => isSame(one, decision)),
  async append(patientId, decision, by) {
    await lockPatient(tx, patientId).forNoKeyUpdate().execute()
    await recordConsent(tx, organisationId, patientId, decision, { by, at: clock.now() })
  },
})

/** Who asks for a decision and who records one wait for each other: none is recorded between a gate's question and its act. */
const lockPatient = (tx: Tx, patientId: PatientId) =>
  tx.selectFrom('patients').select('id').where('id', '=', patientId)
