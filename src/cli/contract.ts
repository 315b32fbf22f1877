import { createHash } from 'node:crypto'
import type { Command } from 'commander'
import { admissionFaults, Clause, type Contract, type Host } from '../domain/contract.ts'
import { Failure } from '../domain/failure.ts'
import { ContractId } from '../domain/ids.ts'
import type { Desk } from './desk.ts'
import { readInput } from './files.ts'
import { day, type Frame, misuse, noun, required, sha256, words } from './frame.ts'
import { hostBy } from './host.ts'
import { organisationBy } from './organisation.ts'
import { sayReason } from './refusal.ts'
import { indented, pairs, table } from './table.ts'

type NewContract = {
  reference: string
  processor: string
  host: string
  clauses: string[]
  startsOn: string
  endsOn: string
  signedCopy?: string
  signedCopySha256?: string
  dpiaOn?: string
}

export function addContract(program: Command, { help: { contract: help }, act }: Frame): void {
  const contract = noun(program, 'contract', help.noun)
  contract
    .command('add')
    .description(help.add)
    .addOption(required('--reference <REFERENCE>', help.reference))
    .addOption(required('--processor <ID>', help.processor))
    .addOption(required('--host <ID>', help.host))
    .addOption(required('--clauses <LIST>', help.clauses).argParser(words))
    .addOption(required('--starts-on <DAY>', help.starts).argParser(day))
    .addOption(required('--ends-on <DAY>', help.ends).argParser(day))
    .option('--signed-copy <FILE>', help.signedCopy)
    .option('--signed-copy-sha256 <DIGEST>', help.signedCopySha256, sha256)
    .option('--dpia-on <DAY>', help.dpia, day)
    .action(act(add))
  contract.command('list').description(help.list).action(act(list))
  contract.command('show').description(help.show).argument('<REFERENCE>', help.reference).action(act(show))
}

async function add(desk: Desk, options: NewContract): Promise<void> {
  if (options.endsOn < options.startsOn) throw misuse('ends-before', '--ends-on')
  const organisationId = await desk.organisation()
  const clauses = options.clauses.includes('all') ? Clause.options : options.clauses.map(clauseOf)
  const processor = await organisationBy(desk, options.processor)
  const host = await hostBy(desk, options.host)
  const contract: Omit<Contract, 'id' | 'version'> = {
    organisationId,
    reference: options.reference,
    processorId: processor.id,
    hostId: host.id,
    clauses,
    startsOn: options.startsOn,
    endsOn: options.endsOn,
    signedCopySha256: await signedCopyOf(options),
    dpiaOn: options.dpiaOn ?? null,
  }
  const added = await (await desk.house()).office().contracts.add(contract)
  const faults = await faultsOf(desk, { ...contract, ...added }, host)
  desk.answer({ ...added, faults: faults.map(({ code, facts }) => ({ code, facts })) }, () =>
    [desk.say.contract.added(options.reference, added.version), sayFaults(desk, faults)].join('\n'),
  )
}

function clauseOf(text: string): Clause {
  const clause = Clause.safeParse(text)
  if (!clause.success) throw misuse('not-allowed', '--clauses')
  return clause.data
}

async function signedCopyOf({ signedCopy, signedCopySha256 }: NewContract): Promise<string> {
  if (signedCopySha256) return signedCopySha256
  if (!signedCopy) throw misuse('signed-copy-missing')
  return createHash('sha256')
    .update(await readInput(signedCopy))
    .digest('hex')
}

const faultsOf = async (desk: Desk, contract: Contract, host: Host): Promise<Failure[]> =>
  admissionFaults(contract, host, (await desk.settings()).admission, (await desk.house()).clock.now())

function sayFaults({ say, language }: Desk, faults: readonly Failure[]): string {
  if (faults.length === 0) return say.contract.open
  const said = faults.map(({ code, facts }) => {
    const { what, todo } = sayReason(code, facts, language)
    return `✗ ${what}\n→ ${todo}`
  })
  return [say.contract.closed, ...said.map((one) => indented(one))].join('\n')
}

async function list(desk: Desk): Promise<void> {
  const { contracts, hosts } = (await desk.house()).office()
  const found = await contracts.list(await desk.organisation())
  const known = new Map((await hosts.list()).map((host) => [host.id, host]))
  const rows: (string | number | null)[][] = []
  for (const contract of found) {
    const faults = await faultsOf(desk, contract, known.get(contract.hostId)!)
    rows.push([
      contract.id,
      contract.reference,
      contract.version,
      contract.startsOn,
      contract.endsOn,
      `${contract.clauses.length}/${Clause.options.length}`,
      contract.dpiaOn,
      faults.length === 0 ? desk.say.yes : desk.say.no,
    ])
  }
  desk.answer(found, () =>
    rows.length === 0 ? desk.say.none : table(desk.say.contract.columns, rows, desk.width),
  )
}

/** The latest version, by reference, or the one of an id. */
async function show(desk: Desk, _options: unknown, text: string): Promise<void> {
  const { contracts, organisations, hosts } = (await desk.house()).office()
  const all = await contracts.list(await desk.organisation())
  const id = ContractId.safeParse(text).data
  const contract = all.findLast((one) => (id ? one.id === id : one.reference === text))
  if (!contract) throw new Failure('not-found', { kind: 'contract' })
  const processor = await organisations.find({ id: contract.processorId })
  const host = (await hosts.find({ id: contract.hostId }))!
  const faults = await faultsOf(desk, contract, host)
  const { say } = desk
  const { facts } = say.contract
  const value = { ...contract, faults: faults.map(({ code, facts }) => ({ code, facts })) }
  desk.answer(value, () =>
    [
      pairs([
        [facts.reference, contract.reference],
        [facts.version, contract.version],
        [facts.processor, processor?.name],
        [facts.host, host.name],
        [facts.span, say.host.span(contract.startsOn, contract.endsOn)],
        [facts.copy, contract.signedCopySha256],
        [facts.dpia, contract.dpiaOn],
      ]),
      '',
      say.contract.clauses,
      ...Clause.options.map(
        (clause) => `  ${contract.clauses.includes(clause) ? '✓' : '✗'} ${say.clauses[clause]}`,
      ),
      '',
      sayFaults(desk, faults),
    ].join('\n'),
  )
}
