import type { ConsentPurpose, ConsentStatus } from '../../domain/consent.ts'
import type { Contract, Host } from '../../domain/contract.ts'
import { Failure } from '../../domain/failure.ts'
import type { OrganisationId, PatientId } from '../../domain/ids.ts'
import type { Clock, Identity, KeyProvider } from '../../ports.ts'
import { consentHistory, consentStandings } from './consents.ts'
import { type Database, inOrganisation } from './database.ts'
import { addOrganisation, findOrganisation, listOrganisations, type Organisation } from './organisations.ts'
import { importPatient } from './patients.ts'
import { addContract, addHost, findHost, listContracts, listHosts } from './registry.ts'
import { listPatients, type PatientView } from './views-patients.ts'

/** A patient, and the line of the register that says so. */
export type Registered = { readonly line: number; readonly identity: Identity }

type ImportOptions = {
  /** Somebody vouches that each file number is still the same person's, though nearly all else changes. */
  readonly isSamePerson?: boolean
  readonly progress?: (done: number) => void
}

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
      /**
       * All of them or none: one transaction. @throws Failure import-invalid, with the lines whose file number is
       * somebody else's
       */
      import: (
        organisationId: OrganisationId,
        register: readonly Registered[],
        { isSamePerson = false, progress = () => {} }: ImportOptions = {},
      ): Promise<ImportedPatient[]> =>
        inOrganisation(app, organisationId, async (tx) => {
          const imported: ImportedPatient[] = []
          const faults: string[] = []
          for (const [done, { line, identity }] of register.entries()) {
            const now = clock.now()
            const row = await importPatient(tx, keys(), organisationId, identity, now, isSamePerson)
            const { patientId, outcome } = row
            if (outcome === 'somebody-else') faults.push(`${line}/file_number: ${outcome}`)
            else imported.push({ patientId, fileNumber: identity.fileNumber, outcome })
            progress(done + 1)
          }
          if (faults.length > 0)
            throw new Failure('import-invalid', { count: faults.length, faults: faults.join('; ') })
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
