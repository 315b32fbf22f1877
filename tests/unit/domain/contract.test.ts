import { expect, test } from 'vitest'
import {
  type AdmissionRules,
  admissionFaults,
  Clause,
  type Contract,
  type Host,
} from '../../../src/domain/contract.ts'
import type { ContractId, HostId, OrganisationId } from '../../../src/domain/ids.ts'

const now = new Date('2026-11-22T10:00:00Z')
const rules: AdmissionRules = { activities: [1, 2, 3], countries: ['FR', 'DE'], dpiaRequired: true }

const contract = (change: Partial<Contract> = {}): Contract => ({
  id: 'c' as ContractId,
  organisationId: 'o' as OrganisationId,
  reference: 'C-1',
  version: 1,
  processorId: 'p' as OrganisationId,
  hostId: 'h' as HostId,
  clauses: [...Clause.options],
  startsOn: '2026-01-01',
  endsOn: '2026-12-31',
  signedCopySha256: '0'.repeat(64),
  dpiaOn: '2025-12-01',
  ...change,
})

const host = (change: Partial<Host> = {}): Host => ({
  id: 'h' as HostId,
  name: 'host',
  siren: '999000300',
  hdsCertificate: 'HDS-1',
  certifier: 'certifier',
  activities: [1, 2, 3, 4, 5, 6],
  issuedOn: '2025-01-01',
  expiresOn: '2027-12-31',
  regions: ['FR'],
  storage: 'primary',
  incidentContact: 'incident@host.example',
  ...change,
})

const codes = (a: Contract, b: Host) => admissionFaults(a, b, rules, now).map(({ code }) => code)

test('a batch under a contract in force at a certified host comes in', () => {
  expect(codes(contract(), host())).toEqual([])
})
test('the last day of a contract still counts, the day after does not', () => {
  expect(codes(contract({ endsOn: '2026-11-22' }), host())).toEqual([])
  expect(codes(contract({ endsOn: '2026-11-21' }), host())).toEqual(['contract-not-in-force'])
})
test('each missing clause of article 28 is named', () => {
  const without = contract({
    clauses: Clause.options.filter((clause) => clause !== 'audit' && clause !== 'security'),
  })
  const [fault] = admissionFaults(without, host(), rules, now)
  expect(fault?.code).toBe('contract-clause-missing')
  expect(fault?.facts['clauses']).toBe('security, audit')
})
test('an assessment that is missing or still to come holds the door', () => {
  expect(codes(contract({ dpiaOn: null }), host())).toEqual(['dpia-missing'])
  expect(codes(contract({ dpiaOn: '2026-12-01' }), host())).toEqual(['dpia-missing'])
})
test('a host whose certificate has ended, or lacks an activity, is refused', () => {
  expect(codes(contract(), host({ expiresOn: '2026-11-21' }))).toEqual(['host-certificate-not-valid'])
  expect(codes(contract(), host({ activities: [1, 2] }))).toEqual(['host-activity-missing'])
})
test('one region outside the EEA is enough to refuse', () => {
  expect(codes(contract(), host({ regions: ['FR', 'US'] }))).toEqual(['host-outside-eea'])
})
test('all that is wrong is said at once', () => {
  expect(
    codes(contract({ endsOn: '2026-02-01', dpiaOn: null }), host({ regions: ['US'], activities: [6] })),
  ).toEqual(['contract-not-in-force', 'dpia-missing', 'host-activity-missing', 'host-outside-eea'])
})
