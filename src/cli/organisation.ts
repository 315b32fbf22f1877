import type { Command } from 'commander'
import { LegalBasis } from '../domain/consent.ts'
import { Failure } from '../domain/failure.ts'
import { checkFiness } from '../domain/identifiers.ts'
import { OrganisationId } from '../domain/ids.ts'
import type { Desk } from './desk.ts'
import { type Frame, misuse, noun, oneOf, required } from './frame.ts'
import { pairs, table } from './table.ts'

const kinds = ['controller', 'processor', 'host', 'destroyer'] as const
type Kind = (typeof kinds)[number]

export type NewOrganisation = {
  readonly kind?: Kind
  readonly name: string
  readonly siret: string
  readonly finess?: string
  readonly consentPolicy?: 'required' | 'recommended'
  readonly legalBasis?: LegalBasis
}

export const consentPolicyOption = (description: string) =>
  oneOf('--consent-policy <POLICY>', description, ['required', 'recommended'])
export const legalBasisOption = (description: string) =>
  oneOf('--legal-basis <BASIS>', description, LegalBasis.options)

export function addOrganisation(program: Command, { help: { organisation: help }, act }: Frame): void {
  const organisation = noun(program, 'organisation', help.noun)
  organisation
    .command('add')
    .description(help.add)
    .addOption(oneOf('--kind <KIND>', help.kind, kinds))
    .addOption(required('--name <NAME>', help.name))
    .addOption(required('--siret <SIRET>', help.siret))
    .option('--finess <FINESS>', help.finess)
    .addOption(consentPolicyOption(help.consentPolicy))
    .addOption(legalBasisOption(help.legalBasis))
    .action(
      act(async (desk, options: NewOrganisation) => {
        const id = await registerOrganisation(desk, options)
        const { organisation: say } = desk.say
        desk.answer({ id }, () => `${say.added(id)}\n→ ${say.nextHost}`)
      }),
    )
  organisation.command('list').description(help.list).action(act(list))
  organisation.command('show').description(help.show).argument('<ID>', help.id).action(act(show))
}

/** @throws Failure identifier-invalid, already-registered, usage */
export async function registerOrganisation(
  desk: Desk,
  { kind = 'controller', name, siret, finess, consentPolicy, legalBasis }: NewOrganisation,
): Promise<OrganisationId> {
  if (consentPolicy === 'recommended' && !legalBasis) throw misuse('recommended-needs-basis')
  const plain = (text: string) => text.replace(/\s/g, '')
  const house = await desk.house()
  const id = await house.office().organisations.add({
    kind,
    name,
    siret: plain(siret),
    finess: finess ? plain(finess).toUpperCase() : null,
    consentPolicy:
      consentPolicy === 'recommended'
        ? { kind: 'recommended', legalBasis: legalBasis! }
        : { kind: 'required' },
  })
  if (finess && checkFiness(plain(finess).toUpperCase()) === 'unverifiable')
    desk.note(desk.say.organisation.finessUnverifiable)
  return id
}

/** The organisation of this id or SIRET. @throws Failure not-found */
export async function organisationBy(desk: Desk, text: string) {
  const { organisations } = (await desk.house()).office()
  const id = OrganisationId.safeParse(text)
  const found = await organisations.find(id.success ? { id: id.data } : { siret: text.replace(/\s/g, '') })
  if (!found) throw new Failure('not-found', { kind: 'organisation' })
  return found
}

type Found = Awaited<ReturnType<typeof organisationBy>>

const cellsOf = ({ say }: Desk, { id, kind, name, siret, finess, consentPolicy }: Found) => [
  id,
  say.organisationKinds[kind],
  name,
  siret,
  finess,
  kind !== 'controller'
    ? ''
    : consentPolicy.kind === 'required'
      ? say.consentPolicies.required
      : `${say.consentPolicies.recommended} (${say.legalBases[consentPolicy.legalBasis]})`,
]

async function list(desk: Desk): Promise<void> {
  const found = await (await desk.house()).office().organisations.list()
  const { organisation: chosen } = await desk.settings()
  const { columns } = desk.say.organisation
  desk.answer(found, () =>
    found.length === 0
      ? desk.say.none
      : table(
          columns,
          found.map((one) => [...cellsOf(desk, one), one.id === chosen ? '✓' : '']),
          desk.width,
        ),
  )
}

async function show(desk: Desk, _options: unknown, text: string): Promise<void> {
  const found = await organisationBy(desk, text)
  const names = desk.say.organisation.columns
  desk.answer(found, () => pairs(cellsOf(desk, found).map((cell, i) => [names[i] ?? '', cell])))
}
