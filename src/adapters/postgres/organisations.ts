import type { ConsentPolicy } from '../../domain/consent.ts'
import { Failure } from '../../domain/failure.ts'
import { isFiness, isSiret } from '../../domain/identifiers.ts'
import { newId, type OrganisationId } from '../../domain/ids.ts'
import type { Database } from './database.ts'
import { isDuplicate } from './refusals.ts'
import type { Row } from './schema.ts'

export type Organisation = {
  readonly id: OrganisationId
  readonly kind: 'controller' | 'processor' | 'host' | 'destroyer'
  readonly name: string
  readonly siret: string
  readonly finess: string | null
  readonly consentPolicy: ConsentPolicy
}

/** Needs the system's database: no organisation may add or change another. @throws Failure identifier-invalid, already-registered */
export async function addOrganisation(
  database: Database,
  organisation: Omit<Organisation, 'id'>,
  now: Date,
): Promise<OrganisationId> {
  const { kind, name, siret, finess, consentPolicy } = organisation
  if (!isSiret(siret)) throw new Failure('identifier-invalid', { kind: 'SIRET' })
  if (finess !== null && !isFiness(finess)) throw new Failure('identifier-invalid', { kind: 'FINESS' })
  const id = newId<OrganisationId>(now)
  const policy = { consent_policy: consentPolicy.kind, legal_basis: legalBasisOf(consentPolicy) }
  try {
    await database
      .insertInto('organisations')
      .values({ id, kind, name, siret, finess, ...policy, created_at: now })
      .execute()
  } catch (error) {
    throw isDuplicate(error) ? new Failure('already-registered', { kind: 'organisation' }) : error
  }
  return id
}

export async function changeConsentPolicy(
  database: Database,
  id: OrganisationId,
  consentPolicy: ConsentPolicy,
): Promise<void> {
  await database
    .updateTable('organisations')
    .set({ consent_policy: consentPolicy.kind, legal_basis: legalBasisOf(consentPolicy) })
    .where('id', '=', id)
    .execute()
}

export async function findOrganisation(
  database: Database,
  by: { id: OrganisationId } | { siret: string },
): Promise<Organisation | undefined> {
  const [column, value] = 'id' in by ? (['id', by.id] as const) : (['siret', by.siret] as const)
  const row = await database
    .selectFrom('organisations')
    .selectAll()
    .where(column, '=', value)
    .executeTakeFirst()
  return row && fromRow(row)
}

export async function listOrganisations(database: Database): Promise<Organisation[]> {
  return (await database.selectFrom('organisations').selectAll().orderBy('id').execute()).map(fromRow)
}

const legalBasisOf = (policy: ConsentPolicy) => (policy.kind === 'recommended' ? policy.legalBasis : null)

/** A recommendation without its legal basis is no basis at all: it reads as the stricter policy. */
const fromRow = (row: Row<'organisations'>): Organisation => ({
  id: row.id,
  kind: row.kind,
  name: row.name,
  siret: row.siret,
  finess: row.finess,
  consentPolicy:
    row.consent_policy === 'recommended' && row.legal_basis
      ? { kind: 'recommended', legalBasis: row.legal_basis }
      : { kind: 'required' },
})
