import { CommanderError } from 'commander'
import { asFailure, Failure } from '../domain/failure.ts'
import { failures } from '../domain/failures.ts'
import { configFile, languageOf } from '../settings/load.ts'
import { openDesk } from './desk.ts'
import { isUnread } from './files.ts'
import { commandNamed, commandTree, failureOf } from './program.ts'
import { refusalOf, sayFailure } from './refusal.ts'
import type { Language } from './typography.ts'

/** Before anything is parsed: in which language to say that it cannot be. */
const named = (option: string, args: readonly string[]): string | undefined => {
  const at = args.findIndex((arg) => arg === option || arg.startsWith(`${option}=`))
  return at === -1 ? undefined : (args[at]!.split('=', 2)[1] ?? args[at + 1])
}

/** Says why not, and returns the exit code. */
export function refuse(failure: Failure, language: Language, json: boolean): number {
  if (json) process.stdout.write(`${JSON.stringify(refusalOf(failure, language), null, 2)}\n`)
  else process.stderr.write(`${sayFailure(failure, language)}\n`)
  return failures[failure.code].exit
}

/** Carries out one command line, `scelle` itself left out, and returns the exit code. */
export async function run(args: readonly string[]): Promise<number> {
  const file = configFile(named('--config', args))
  const language = await languageOf(file, named('--lang', args))
  const json = args.includes('--json')
  let exit = 0
  const program = commandTree(
    language,
    ({ actor, organisation }) => openDesk({ language, json, actor, organisation, configFile: file }),
    (code) => (exit = code),
  )
  const withCommand = (failure: Failure): Failure => {
    const isAboutCommand = failure.code === 'usage' || failure.code === 'state-forbids'
    const command = isAboutCommand ? commandNamed(program, args) : ''
    return command ? new Failure(failure.code, { ...failure.facts, command }) : failure
  }
  try {
    await program.parseAsync(args, { from: 'user' })
    return exit
  } catch (error) {
    if (isUnread(error)) return 0
    if (!(error instanceof CommanderError)) return refuse(withCommand(asFailure(error)), language, json)
    // A noun without a verb: its help was shown.
    if (error.code === 'commander.help' && !json) return 2
    const failure = failureOf(error)
    return failure ? refuse(withCommand(failure), language, json) : 0
  }
}
