import { afterAll, beforeAll, expect, test } from 'vitest'
import { inOrganisation, type Tx } from '../../../src/adapters/postgres/database.ts'
import {
  addOrganisation,
  changeConsentPolicy,
  findOrganisation,
  listOrganisations,
} from '../../../src/adapters/postgres/organisations.ts'
import {
  addContract,
  addHost,
  contractInForce,
  findContract,
  findHost,
  listContracts,
  listHosts,
} from '../../../src/adapters/postgres/registry.ts'
import { Clause, type Contract } from '../../../src/domain/contract.ts'
import type { HostId, OrganisationId } from '../../../src/domain/ids.ts'
import { createTestDatabase, type TestDatabase } from '../../database.ts'
import { addTestHost, addTestOrganisation, digest, drawSiret, now } from './full-organisation.ts'

let database: TestDatabase
let organisationId: OrganisationId
let processorId: OrganisationId
let hostId: HostId

beforeAll(async () => {
  database = await createTestDatabase()
  organisationId = await addTestOrganisation(database)
  processorId = await addTestOrganisation(database, 'processor')
  hostId = await addTestHost(database)
})
afterAll(() => database.drop())

const organisation = (change: object = {}) => ({
  kind: 'controller' as const,
  name: 'Service de santé au travail',
  siret: drawSiret(),
  finess: null,
  consentPolicy: { kind: 'required' as const },
  ...change,
})
const contract = (change: Partial<Contract> = {}): Omit<Contract, 'id' | 'version'> => ({
  organisationId,
  reference: 'C-1',
  processorId,
  hostId,
  clauses: ['audit', 'security'],
  startsOn: '2026-01-01',
  endsOn: '2026-12-31',
  signedCopySha256: digest(),
  dpiaOn: null,
  ...change,
})
const inside = <Result>(work: (tx: Tx) => Promise<Result>) =>
  inOrganisation(database.app, organisationId, work)

test('finds an organisation by its id and by its SIRET', async () => {
  const added = organisation({ consentPolicy: { kind: 'recommended', legalBasis: 'legal-obligation' } })
  const id = await addOrganisation(database.system, added, now)
  expect(await findOrganisation(database.app, { id })).toEqual({ id, ...added })
  expect(await findOrganisation(database.app, { siret: added.siret })).toEqual({ id, ...added })
  expect((await listOrganisations(database.app)).map((each) => each.id)).toContain(id)
})

test('refuses a SIRET or FINESS that fails its key, and a SIRET known already', async () => {
  const wrong = organisation({ siret: '12345678901234' })
  await expect(addOrganisation(database.system, wrong, now)).rejects.toMatchObject({
    code: 'identifier-invalid',
  })
  const unwell = organisation({ finess: '750000001' })
  await expect(addOrganisation(database.system, unwell, now)).rejects.toMatchObject({
    code: 'identifier-invalid',
  })
  const twice = organisation()
  await addOrganisation(database.system, twice, now)
  await expect(addOrganisation(database.system, twice, now)).rejects.toMatchObject({
    code: 'already-registered',
  })
})

test('the consent policy of an organisation can change', async () => {
  const id = await addOrganisation(database.system, organisation(), now)
  await changeConsentPolicy(database.system, id, { kind: 'recommended', legalBasis: 'preventive-medicine' })
  expect((await findOrganisation(database.app, { id }))?.consentPolicy).toEqual({
    kind: 'recommended',
    legalBasis: 'preventive-medicine',
  })
})

test('no organisation can add another, nor a host', async () => {
  await expect(addOrganisation(database.app, organisation(), now)).rejects.toMatchObject({ code: '42501' })
})

test('gives a host back as it was added, days as days', async () => {
  const host = {
    name: 'Hébergeur',
    siren: '732829320',
    hdsCertificate: 'HDS-2',
    certifier: 'Certificateur',
    activities: [1, 2, 6],
    issuedOn: '2026-03-29',
    expiresOn: '2026-10-25',
    regions: ['FR', 'DE'],
    storage: 'archive',
    incidentContact: 'incident@example.org',
  }
  const id = await addHost(database.system, host, now)
  expect(await findHost(database.app, { id })).toEqual({ id, ...host })
  expect(await findHost(database.app, { name: 'Hébergeur' })).toEqual({ id, ...host })
  expect((await listHosts(database.app)).map((each) => each.id)).toContain(id)
  await expect(addHost(database.system, host, now)).rejects.toMatchObject({ code: 'already-registered' })
})

test('a contract added again under its reference is its next version', async () => {
  const first = await inside((tx) =>
    addContract(tx, contract({ reference: 'V', clauses: Clause.options }), now),
  )
  const second = await inside((tx) => addContract(tx, contract({ reference: 'V' }), now))
  expect([first.version, second.version]).toEqual([1, 2])
  expect(await inside((tx) => findContract(tx, first.id))).toMatchObject({
    reference: 'V',
    clauses: Clause.options,
  })
  expect((await inside((tx) => listContracts(tx, organisationId))).map(({ version }) => version)).toEqual([
    1, 2,
  ])
})

test('a batch goes by the latest version in force, failing that by the latest', async () => {
  const versions: Partial<Contract>[] = [
    { startsOn: '2026-01-01', endsOn: '2026-06-30' },
    { startsOn: '2026-05-01', endsOn: '2026-12-31' },
    { startsOn: '2027-03-01', endsOn: '2027-12-31' },
  ]
  for (const version of versions)
    await inside((tx) => addContract(tx, contract({ reference: 'T', ...version }), now))
  const versionOn = async (day: string) => {
    const time = new Date(`${day}T12:00:00Z`)
    return (await inside((tx) => contractInForce(tx, organisationId, 'T', time))).contract.version
  }
  expect(await versionOn('2026-02-01')).toBe(1)
  expect(await versionOn('2026-06-30')).toBe(2)
  expect(await versionOn('2027-04-01')).toBe(3)
  expect(await versionOn('2027-01-15')).toBe(3)
})

test('an unknown reference, or one of another organisation, is no contract', async () => {
  await inside((tx) => addContract(tx, contract({ reference: 'mine' }), now))
  const unknown = { code: 'contract-unknown' }
  await expect(inside((tx) => contractInForce(tx, organisationId, 'nobody', now))).rejects.toMatchObject(
    unknown,
  )
  const foreign = inOrganisation(database.app, processorId, (tx) =>
    contractInForce(tx, organisationId, 'mine', now),
  )
  await expect(foreign).rejects.toMatchObject(unknown)
})
