import { z } from 'zod'
import { Failure } from './failure.ts'
import type { ContractId, HostId, OrganisationId } from './ids.ts'

/** GDPR article 28(3) as a checklist: what the signed contract was seen to contain. */
export const Clause = z.enum([
  'subject-matter',
  'documented-instructions',
  'confidentiality',
  'security',
  'sub-processors',
  'data-subject-rights',
  'assistance',
  'breach-notification',
  'return-or-deletion',
  'audit',
])
export type Clause = z.infer<typeof Clause>

const Day = z.iso.date()

export const Contract = z.object({
  id: z.custom<ContractId>(),
  organisationId: z.custom<OrganisationId>(),
  reference: z.string(),
  version: z.number().int().positive(),
  processorId: z.custom<OrganisationId>(),
  hostId: z.custom<HostId>(),
  clauses: z.array(Clause),
  startsOn: Day,
  endsOn: Day,
  signedCopySha256: z.string().regex(/^[0-9a-f]{64}$/),
  dpiaOn: Day.nullable(),
})
export type Contract = z.infer<typeof Contract>

export const Host = z.object({
  id: z.custom<HostId>(),
  name: z.string(),
  siren: z.string(),
  hdsCertificate: z.string(),
  certifier: z.string(),
  /** HDS activities: 1 sites, 2 hardware, 3 virtual infrastructure, 4 platform, 5 operation, 6 backup. */
  activities: z.array(z.number().int().min(1).max(6)).min(1),
  issuedOn: Day,
  expiresOn: Day,
  regions: z.array(z.string().regex(/^[A-Z]{2}$/)).min(1),
  storage: z.string(),
  incidentContact: z.string(),
})
export type Host = z.infer<typeof Host>

/** What the gates at the door depend on: a number or a list of the law is a setting, with its source beside it. */
export type AdmissionRules = {
  readonly activities: readonly number[]
  readonly countries: readonly string[]
  readonly dpiaRequired: boolean
}

/** Everything that forbids a batch under this contract today; empty when it may come in. */
export function admissionFaults(contract: Contract, host: Host, rules: AdmissionRules, now: Date): Failure[] {
  const today = now.toISOString().slice(0, 10)
  const missingClauses = Clause.options.filter((clause) => !contract.clauses.includes(clause))
  const missingActivities = rules.activities.filter((activity) => !host.activities.includes(activity))
  const foreign = host.regions.filter((region) => !rules.countries.includes(region))
  const faults: (Failure | false)[] = [
    !isWithin(today, contract.startsOn, contract.endsOn) &&
      new Failure('contract-not-in-force', { from: contract.startsOn, to: contract.endsOn }),
    missingClauses.length > 0 &&
      new Failure('contract-clause-missing', { clauses: missingClauses.join(', ') }),
    rules.dpiaRequired &&
      (contract.dpiaOn === null || contract.dpiaOn > today) &&
      new Failure('dpia-missing'),
    !isWithin(today, host.issuedOn, host.expiresOn) &&
      new Failure('host-certificate-not-valid', { from: host.issuedOn, to: host.expiresOn }),
    missingActivities.length > 0 &&
      new Failure('host-activity-missing', { activities: missingActivities.join(', ') }),
    foreign.length > 0 && new Failure('host-outside-eea', { regions: foreign.join(', ') }),
  ]
  return faults.filter((fault) => fault !== false)
}

const isWithin = (day: string, first: string, last: string): boolean => first <= day && day <= last
