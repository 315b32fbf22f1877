import type { Command } from 'commander'
import { Host } from '../domain/contract.ts'
import { Failure } from '../domain/failure.ts'
import { HostId } from '../domain/ids.ts'
import type { Desk } from './desk.ts'
import { day, type Frame, misuse, noun, required, words } from './frame.ts'
import { pairs, table } from './table.ts'

type NewHost = {
  name: string
  siren: string
  hdsCertificate: string
  certifier: string
  activities: string[]
  issuedOn: string
  expiresOn: string
  regions: string[]
  storage: string
  incidentContact: string
}

export function addHost(program: Command, { help: { host: help }, act }: Frame): void {
  const host = noun(program, 'host', help.noun)
  host
    .command('add')
    .description(help.add)
    .addOption(required('--name <NAME>', help.name))
    .addOption(required('--siren <SIREN>', help.siren))
    .addOption(required('--hds-certificate <NUMBER>', help.certificate))
    .addOption(required('--certifier <NAME>', help.certifier))
    .addOption(required('--activities <LIST>', help.activities).argParser(words))
    .addOption(required('--issued-on <DAY>', help.issued).argParser(day))
    .addOption(required('--expires-on <DAY>', help.expires).argParser(day))
    .addOption(required('--regions <LIST>', help.regions).argParser(words))
    .addOption(required('--storage <NAME>', help.storage))
    .addOption(required('--incident-contact <CONTACT>', help.contact))
    .action(act(add))
  host.command('list').description(help.list).action(act(list))
  host.command('show').description(help.show).argument('<ID>', help.id).action(act(show))
}

async function add(desk: Desk, options: NewHost): Promise<void> {
  const { archives } = await desk.settings()
  if (!Object.hasOwn(archives, options.storage))
    throw misuse('not-a-choice', '--storage', { choices: Object.keys(archives).join(', ') })
  if (options.expiresOn < options.issuedOn) throw misuse('ends-before', '--expires-on')
  const shape = Host.omit({ id: true }).safeParse({
    ...options,
    siren: options.siren.replace(/\s/g, ''),
    activities: options.activities.map(Number),
    regions: options.regions.map((region) => region.toUpperCase()),
  })
  if (!shape.success) throw misuse('not-allowed', optionOf(shape.error.issues[0]?.path[0]))
  const id = await (await desk.house()).office().hosts.add(shape.data)
  desk.answer({ id }, () => desk.say.host.added(id))
}

/** `hdsCertificate` → `--hds-certificate` */
const optionOf = (key: PropertyKey | undefined): string =>
  `--${String(key).replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`

/** The host of this id or name. @throws Failure not-found */
export async function hostBy(desk: Desk, text: string): Promise<Host> {
  const id = HostId.safeParse(text)
  const { hosts } = (await desk.house()).office()
  const found = await hosts.find(id.success ? { id: id.data } : { name: text })
  if (!found) throw new Failure('not-found', { kind: 'host' })
  return found
}

async function list(desk: Desk): Promise<void> {
  const found = await (await desk.house()).office().hosts.list()
  const { columns, span } = desk.say.host
  const rows = found.map((host) => [
    host.id,
    host.name,
    host.hdsCertificate,
    span(host.issuedOn, host.expiresOn),
    host.activities.join(', '),
    host.regions.join(', '),
    host.storage,
  ])
  desk.answer(found, () => (rows.length === 0 ? desk.say.none : table(columns, rows, desk.width)))
}

async function show(desk: Desk, _options: unknown, text: string): Promise<void> {
  const host = await hostBy(desk, text)
  const { columns, facts, span } = desk.say.host
  desk.answer(host, () =>
    pairs([
      [columns[0]!, host.id],
      [facts.name, host.name],
      [facts.siren, host.siren],
      [facts.certificate, host.hdsCertificate],
      [facts.certifier, host.certifier],
      [facts.activities, host.activities.join(', ')],
      [facts.valid, span(host.issuedOn, host.expiresOn)],
      [facts.regions, host.regions.join(', ')],
      [facts.storage, host.storage],
      [facts.contact, host.incidentContact],
    ]),
  )
}
