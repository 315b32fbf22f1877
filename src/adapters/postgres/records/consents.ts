import type { ConsentPolicy } from '../../../domain/consent.ts'
import type { OrganisationId } from '../../../domain/ids.ts'
import type { ConsentRecords } from '../../../records.ts'
import type { Tx } from '../database.ts'

export const consentRecords = (tx: Tx, organisationId: OrganisationId): ConsentRecords => ({
  async policy(): Promise<ConsentPolicy> {
    const { consent_policy, legal_basis } = await tx
      .selectFrom('organisations')
      .select(['consent_policy', 'legal_basis'])
      .where('id', '=', organisationId)
      .executeTakeFirstOrThrow()
    // Recommended needs another basis to stand on; without one, consent stays required.
    return consent_policy === 'recommended' && legal_basis
      ? { kind: 'recommended', legalBasis: legal_basis }
      : { kind: 'required' }
  },
  async current(patientId, purpose) {
    const row = await tx
      .selectFrom('consents')
      .selectAll()
      .where('patient_id', '=', patientId)
      .where('purpose', '=', purpose)
      .orderBy('recorded_at', 'desc')
      .orderBy('id', 'desc')
      .limit(1)
      .executeTakeFirst()
    if (!row) return undefined
    return {
      purpose: row.purpose,
      status: row.status,
      noticeVersion: row.notice_version,
      channel: row.channel,
      evidenceSha256: row.evidence_sha256,
      legalBasis: row.legal_basis,
      decidedBy: row.decided_by,
      decidedAt: row.decided_at,
      expiresAt: row.expires_at,
    }
  },
})
