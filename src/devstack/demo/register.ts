import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { parse } from 'csv-parse/sync'
import { recordConsent } from '../../commands/record-consent.ts'
import type { House } from '../../compose.ts'
import type { ConsentDecision } from '../../domain/consent.ts'
import type { Contract, Host } from '../../domain/contract.ts'
import type { OrganisationId } from '../../domain/ids.ts'
import { fixtures } from './fixtures.ts'

type Registry = {
  readonly controller: { readonly name: string; readonly siret: string; readonly finess: string }
  readonly processor: { readonly name: string; readonly siret: string }
  readonly host: Omit<Host, 'id'>
  readonly contract: Omit<Contract, 'id' | 'organisationId' | 'processorId' | 'hostId' | 'version'>
}

/** Makes known who takes part in the demonstration: service, subcontractor, host, contract, patients and their decisions. */
export async function registerAll(house: House): Promise<OrganisationId> {
  const { controller, processor, host, contract } = JSON.parse(await read('registry.json')) as Registry
  const { organisations, hosts, contracts } = house.office()
  const policy = { kind: 'required' } as const
  const organisationId = await organisations.add({ ...controller, kind: 'controller', consentPolicy: policy })
  const processorId = await organisations.add({
    ...processor,
    kind: 'processor',
    finess: null,
    consentPolicy: policy,
  })
  const hostId = await hosts.add({ ...host, storage: 'primary' })
  await contracts.add({ ...contract, organisationId, processorId, hostId })
  await registerPatients(house, organisationId)
  return organisationId
}

async function registerPatients(house: House, organisationId: OrganisationId): Promise<void> {
  const register = (await rows('patients.csv')).map((row, index) => ({
    line: index + 2,
    identity: {
      fileNumber: row['file_number']!,
      ...(row['matricule'] ? { matricule: row['matricule'] } : {}),
      birthName: row['birth_name']!,
      givenNames: row['given_names']!,
      birthDate: row['birth_date']!,
      sex: row['sex'] as 'F' | 'M',
    },
  }))
  const imported = await house.office().patients.import(organisationId, register)
  const patients = new Map(imported.map(({ fileNumber, patientId }) => [fileNumber, patientId]))
  for (const row of await rows('consents.csv')) {
    await recordConsent(
      organisationId,
      patients.get(row['file_number']!)!,
      decisionOf(row),
      'demo',
      house.truth(),
    )
  }
}

const decisionOf = (row: Record<string, string>): ConsentDecision => ({
  purpose: row['purpose'] as ConsentDecision['purpose'],
  status: row['status'] as ConsentDecision['status'],
  noticeVersion: row['notice_version'] || null,
  channel: row['channel'] as ConsentDecision['channel'],
  evidenceSha256: row['evidence_sha256'] || null,
  legalBasis: (row['legal_basis'] || null) as ConsentDecision['legalBasis'],
  decidedBy: row['decided_by'] || null,
  decidedAt: new Date(row['decided_at']!),
  expiresAt: row['expires_at'] ? new Date(row['expires_at']) : null,
})

const read = (name: string): Promise<string> => readFile(path.join(fixtures, name), 'utf8')

const rows = async (name: string): Promise<Record<string, string>[]> =>
  parse(await read(name), { columns: true, comment: '#', skip_empty_lines: true, trim: true })
