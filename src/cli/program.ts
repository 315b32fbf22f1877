import { Command, type CommanderError, Option } from 'commander'
import { Failure } from '../domain/failure.ts'
import { isFailureCode } from '../domain/failures.ts'
import { addBatch } from './batch.ts'
import { addCompletion } from './completion.ts'
import { addConsent } from './consent.ts'
import { addContract } from './contract.ts'
import { addCoverSheet } from './cover-sheet.ts'
import type { Desk } from './desk.ts'
import { addDocument } from './document.ts'
import { addEvidence } from './evidence.ts'
import type { Frame, Work } from './frame.ts'
import { misuse } from './frame.ts'
import { helpFormat, helpIn } from './help.ts'
import { addHost } from './host.ts'
import { addInbox } from './inbox.ts'
import { addInit } from './init.ts'
import { addKeys } from './keys.ts'
import { addLedger } from './ledger.ts'
import { addOrganisation } from './organisation.ts'
import { addPatient } from './patient.ts'
import { addProof } from './proof.ts'
import { addQueue } from './queue.ts'
import type { Misuse } from './refusal.ts'
import { addStorage } from './storage.ts'
import { addVerify } from './verify.ts'
import type { Language } from './typography.ts'
import { addWitness } from './witness.ts'

export type GlobalOptions = {
  readonly json?: true
  readonly lang?: Language
  readonly config?: string
  readonly organisation?: string
  readonly actor?: string
}

/** The command tree. `open` gives the desk at which a command works; `done` hears its exit code. */
export function commandTree(
  language: Language,
  open: (options: GlobalOptions) => Desk,
  done: (exit: number) => void,
): Command {
  const help = helpIn(language)
  const program = new Command('scelle')
    .description(help.tagline)
    .configureHelp(helpFormat(help))
    .helpOption('-h, --help', help.global.help)
    .helpCommand(false)
    .version('0.1.0', '-V, --version', help.global.version)
    .addOption(new Option('--json', help.global.json))
    .addOption(new Option('--lang <LANG>', help.global.lang).choices(['fr', 'en']))
    .addOption(new Option('--config <FILE>', help.global.config))
    .addOption(new Option('--organisation <ID>', help.global.organisation))
    .addOption(new Option('--actor <ID>', help.global.actor))
    .addHelpText('after', `\n${help.exits}`)
    .showSuggestionAfterError(false)
    .configureOutput({ outputError: () => {} })
    .exitOverride()

  const act: Frame['act'] =
    <Options, Args extends string[]>(work: Work<Options, Args>) =>
    async (...given) => {
      const command = given.at(-1) as Command
      const desk = open(program.opts())
      try {
        done((await work(desk, command.opts() as Options, ...(command.processedArgs as Args))) ?? 0)
      } finally {
        await desk.close()
      }
    }
  const frame: Frame = { help, act }
  for (const add of [
    addInit,
    addOrganisation,
    addHost,
    addContract,
    addPatient,
    addConsent,
    addCoverSheet,
    addBatch,
    addInbox,
    addDocument,
    addLedger,
    addWitness,
    addKeys,
    addEvidence,
    addProof,
    addVerify,
    addQueue,
    addStorage,
    addCompletion,
  ])
    add(program, frame)
  return program
}

const misuses: Readonly<Record<string, Misuse>> = {
  'commander.unknownOption': 'unknown-option',
  'commander.unknownCommand': 'unknown-command',
  'commander.help': 'missing-command',
  'commander.missingArgument': 'missing-argument',
  'commander.optionMissingArgument': 'option-needs-value',
  'commander.missingMandatoryOptionValue': 'missing-option',
  'commander.excessArguments': 'too-many-arguments',
  'commander.conflictingOption': 'conflicting-options',
}

/** How the library says that a command was misused, as a failure; undefined when help or version was asked for. */
export function failureOf({ code, message, exitCode }: CommanderError): Failure | undefined {
  if (exitCode === 0) return undefined
  if (code === 'commander.invalidArgument') return invalidValue(message)
  // Of `--name=value` the value is left out.
  return misuse(misuses[code] ?? 'other', /'([^'=]*)/.exec(message)?.[1])
}

/**
 * `error: option '--limit <N>' argument 'x' is invalid. not-a-number`, `error: command-argument value 'x' is invalid for
 * argument 'ID'. not-an-id`, or with `Allowed choices are a, b.` at the end. What was typed is left out.
 */
function invalidValue(message: string): Failure {
  const detail = /^error: option '([^']*)'/.exec(message)?.[1] ?? /for argument '([^']*)'/.exec(message)?.[1]
  const choices = /Allowed choices are (.*)\.$/.exec(message)?.[1]
  if (choices) return misuse('not-a-choice', detail, { choices })
  const reason = message.split(' ').at(-1) ?? ''
  return misuse(isMisuse(reason) ? reason : 'not-allowed', detail)
}

const isMisuse = (word: string): word is Misuse => word.startsWith('not-') && !isFailureCode(word)

/** The command that some arguments name, as it is written: `batch submit`. */
export function commandNamed(program: Command, args: readonly string[]): string {
  let command = program
  const path: string[] = []
  for (const arg of args) {
    const below = command.commands.find((one) => one.name() === arg)
    if (!below) continue
    command = below
    path.push(arg)
  }
  return path.join(' ')
}
