import type { ConsentPurpose, ConsentStatus } from '../../domain/consent.ts'
import type { Contract, Host } from '../../domain/contract.ts'
import type { OrganisationId, PatientId } from '../../domain/ids.ts'
import type { Clock, Identity, KeyProvider } from '../../ports.ts'
import { consentHistory, consentStandings } from './consents.ts'
import { type Database, inOrganisation } from './database.ts'
import { addOrganisation, findOrganisation, listOrganisations, type Organisation } from './organisations.ts'
import { importPatient } from './patients.ts'
import { addContract, addHost, findHost, listContracts, listHosts } from './registry.ts'
import { type PatientView, listPatients } from './views-patients.ts'

export type ImportedPatient = {
  readonly patientId: PatientId
  readonly fileNumber: string
  readonly outcome: 'added' | 'changed' | 'unchanged'
}

/** What people at a desk do with the registers: organisations, hosts, contracts, patients and their decisions. */
export function openOffice(app: Database, system: Database, keys: () => KeyProvider, clock: Clock) {
  return {
    organisations: {
      /** @throws Failure identifier-invalid, already-registered */
      add: (organisation: Omit<Organisation, 'id'>) => addOrganisation(system, organisation, clock.now()),
      list: () => listOrganisations(system),
      find: (by: { id: OrganisationId } | { siret: string }) => findOrganisation(system, by),
    },
    hosts: {
      /** @throws Failure identifier-invalid, already-registered */
      add: (host: Omit<Host, 'id'>) => addHost(system, host, clock.now()),
      list: () => listHosts(system),
      find: (by: { id: Host['id'] } | { name: string }) => findHost(system, by),
    },
    contracts: {
      /** @throws Failure already-registered */
      add: (contract: Omit<Contract, 'id' | 'version'>) =>
        inOrganisation(app, contract.organisationId, (tx) => addContract(tx, contract, clock.now())),
      /** Every version, by reference. */
      list: (organisationId: OrganisationId) =>
        inOrganisation(app, organisationId, (tx) => listContracts(tx, organisationId)),
    },
    patients: {
      /** All of them or none: one transaction. */
      import: (
        organisationId: OrganisationId,
        identities: readonly Identity[],
        progress: (done: number) => void = () => {},
      ): Promise<ImportedPatient[]> =>
        inOrganisation(app, organisationId, async (tx) => {
          const imported: ImportedPatient[] = []
          for (const identity of identities) {
            const row = await importPatient(tx, keys(), organisationId, identity, clock.now())
            imported.push({ ...row, fileNumber: identity.fileNumber })
            progress(imported.length)
          }
          return imported
        }),
      list: (
        organisationId: OrganisationId,
        page: { limit: number; after?: PatientId },
      ): Promise<PatientView[]> =>
        inOrganisation(app, organisationId, (tx) => listPatients(tx, keys(), page)),
    },
    consents: {
      history: (organisationId: OrganisationId, patientId: PatientId) =>
        inOrganisation(app, organisationId, (tx) => consentHistory(tx, patientId)),
      standings: (
        organisationId: OrganisationId,
        patientId: PatientId,
      ): Promise<ReadonlyMap<ConsentPurpose, ConsentStatus>> =>
        inOrganisation(app, organisationId, (tx) => consentStandings(tx, patientId, clock.now())),
    },
  }
}
