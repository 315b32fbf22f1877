import { mkdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { Command } from 'commander'
import { Failure } from '../domain/failure.ts'
import type { OrganisationId } from '../domain/ids.ts'
import { install } from '../install.ts'
import { loadSettings } from '../settings/load.ts'
import type { Desk } from './desk.ts'
import { ask, refuseOutput } from './files.ts'
import { draftConfiguration, fillMeIn, unfilled } from './configuration-draft.ts'
import type { Frame } from './frame.ts'
import {
  consentPolicyOption,
  legalBasisOption,
  type NewOrganisation,
  registerOrganisation,
} from './organisation.ts'

type Options = Partial<Omit<NewOrganisation, 'kind'>>

export function addInit(program: Command, { help: { init: help }, act }: Frame): void {
  program
    .command('init')
    .description(help.verb)
    .option('--name <NAME>', help.name)
    .option('--siret <SIRET>', help.siret)
    .option('--finess <FINESS>', help.finess)
    .addOption(consentPolicyOption(help.consentPolicy))
    .addOption(legalBasisOption(help.legalBasis))
    .action(act(init))
}

/** May be run again at any time: what is there stays as it is. */
async function init(desk: Desk, options: Options): Promise<void> {
  const { init: say, installSteps } = desk.say
  const isTerminal = process.stdin.isTTY && !desk.json
  const isNew = !(await exists(desk.configFile))
  if (isNew) {
    await writeConfiguration(desk, isTerminal)
    desk.note(`✓ ${say.configurationWritten(desk.configFile)}`)
  }
  const missing = await unfilledIn(desk.configFile)
  if (missing.length > 0)
    throw new Failure('configuration-incomplete', { count: missing.length, settings: missing.join(', ') })

  const settings = await loadSettings(desk.configFile)
  const { master, ledger } = settings.keys
  for (const file of [master, ledger])
    if (file) await mkdir(path.dirname(file), { recursive: true, mode: 0o700 })
  await install(settings, (step) => desk.note(say.doing(installSteps[step])))
  const organisation = await firstOrganisation(desk, options, isTerminal)
  const value = {
    configuration: { file: desk.configFile, written: isNew },
    keys: settings.keys,
    organisation: organisation ?? null,
  }
  desk.answer(value, () =>
    [
      `✓ ${say.ready}`,
      `! ${settings.keys.provider === 'local' ? say.keysSafe(settings.keys.master!, ledger) : say.tokenSafe(ledger)}`,
      `→ ${organisation ? say.nextHost : say.addOrganisation}`,
    ].join('\n'),
  )
}

/** Nothing where it is no JSON: whoever loads it says so. */
const unfilledIn = async (file: string): Promise<string[]> => {
  const text = await readFile(file, 'utf8')
  try {
    return unfilled(JSON.parse(text))
  } catch {
    return []
  }
}

const exists = (file: string): Promise<boolean> =>
  readFile(file).then(
    () => true,
    () => false,
  )

/** On a terminal the few settings that nobody can guess are asked for; elsewhere they are left to be filled in. */
async function writeConfiguration(desk: Desk, isTerminal: boolean): Promise<void> {
  const { init: say } = desk.say
  const answer = async (question: string, byDefault: string, secret = false) => {
    const shown = byDefault.includes(fillMeIn) ? '' : ` [${byDefault}]`
    return isTerminal ? (await ask(`${question}${shown} `, { secret })) || byDefault : byDefault
  }
  const ownerUrl = await answer(
    say.askOwnerUrl,
    `postgresql://postgres:${fillMeIn}@127.0.0.1:5432/scelle`,
    true,
  )
  const backend = (await answer(say.askQueue, 'postgres')) === 'redis' ? 'redis' : 'postgres'
  const redisUrl = backend === 'redis' ? await answer(say.askRedisUrl, 'redis://127.0.0.1:6379') : undefined
  const draft = draftConfiguration({
    language: desk.language,
    ownerUrl,
    redisUrl,
    storage: {
      endpoint: await answer(say.askEndpoint, 'http://127.0.0.1:9000'),
      accessKeyId: await answer(say.askKeyId, fillMeIn),
      secretAccessKey: await answer(say.askSecret, fillMeIn, true),
    },
  })
  await mkdir(path.dirname(desk.configFile), { recursive: true }).catch(refuseOutput)
  await writeFile(desk.configFile, `${JSON.stringify(draft, null, 2)}\n`, { flag: 'wx', mode: 0o600 }).catch(
    refuseOutput,
  )
}

/** The organisation that the configuration names, or the one that the options or the person at the terminal name. */
async function firstOrganisation(
  desk: Desk,
  options: Options,
  isTerminal: boolean,
): Promise<OrganisationId | undefined> {
  const { init: say } = desk.say
  const { organisation: chosen } = await desk.settings()
  const { organisations } = (await desk.house()).office()
  if (chosen && (await organisations.find({ id: chosen as OrganisationId }))) return chosen as OrganisationId
  const known = (await organisations.list()).filter(({ kind }) => kind === 'controller')
  const name = options.name ?? (isTerminal && known.length === 0 ? await ask(`${say.askName} `) : '')
  const siret = options.siret ?? (name ? await ask(`${say.askSiret} `) : '')
  const plain = siret.replace(/\s/g, '')
  const id =
    known.find((one) => one.siret === plain)?.id ??
    (name
      ? await registerOrganisation(desk, { ...options, name, siret })
      : known.length === 1
        ? known[0]!.id
        : undefined)
  if (id) await keepOrganisation(desk, id)
  return id
}

/** Adds the organisation to the configuration file, where it may be written. */
async function keepOrganisation(desk: Desk, id: OrganisationId): Promise<void> {
  const { init: say } = desk.say
  try {
    const configuration = JSON.parse(await readFile(desk.configFile, 'utf8')) as Record<string, unknown>
    await writeFile(desk.configFile, `${JSON.stringify({ ...configuration, organisation: id }, null, 2)}\n`)
    desk.note(`✓ ${say.organisationKept(id)}`)
  } catch {
    desk.note(`! ${say.organisationByHand(id)}`)
  }
}
