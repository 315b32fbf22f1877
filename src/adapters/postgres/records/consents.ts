import type { OrganisationId } from '../../../domain/ids.ts'
import type { Clock } from '../../../ports.ts'
import type { ConsentRecords } from '../../../records.ts'
import { currentConsent, recordConsent } from '../consents.ts'
import type { Tx } from '../database.ts'
import { findOrganisation } from '../organisations.ts'

export const consentRecords = (tx: Tx, organisationId: OrganisationId, clock: Clock): ConsentRecords => ({
  // An organisation that cannot be found has no policy to be lenient by.
  policy: async () => (await findOrganisation(tx, { id: organisationId }))?.consentPolicy ?? { kind: 'required' },
  current: (patientId, purpose) => currentConsent(tx, patientId, purpose),
  async append(patientId, decision, by) {
    await recordConsent(tx, organisationId, patientId, decision, { by, at: clock.now() })
  },
})
