import { CommanderError } from 'commander'
import { asFailure, Failure } from '../domain/failure.ts'
import { failures } from '../domain/failures.ts'
import { configFile, languageOf } from '../settings/load.ts'
import { openDesk } from './desk.ts'
import { commandNamed, commandTree, failureOf } from './program.ts'
import { refusalOf, sayFailure } from './refusal.ts'
import type { Language } from './typography.ts'

/** Before anything is parsed: in which language to say that it cannot be. */
const named = (option: string, args: readonly string[]): string | undefined => {
  const at = args.findIndex((arg) => arg === option || arg.startsWith(`${option}=`))
  return at === -1 ? undefined : (args[at]!.split('=', 2)[1] ?? args[at + 1])
}

function refuse(failure: Failure, language: Language, json: boolean): number {
  if (json) console.log(JSON.stringify(refusalOf(failure, language), null, 2))
  else console.error(sayFailure(failure, language))
  return failures[failure.code].exit
}

async function run(args: readonly string[]): Promise<number> {
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
    const command = failure.code === 'usage' ? commandNamed(program, args) : ''
    return command ? new Failure('usage', { ...failure.facts, command }) : failure
  }
  try {
    await program.parseAsync(args, { from: 'user' })
    return exit
  } catch (error) {
    if (!(error instanceof CommanderError)) return refuse(withCommand(asFailure(error)), language, json)
    // A noun without a verb: its help was shown.
    if (error.code === 'commander.help') return 2
    const failure = failureOf(error)
    return failure ? refuse(withCommand(failure), language, json) : 0
  }
}

// What escapes is said like any other refusal: a trace may quote content.
for (const fault of ['uncaughtException', 'unhandledRejection'] as const)
  process.on(fault, (error: unknown) =>
    process.exit(refuse(asFailure(error), 'fr', process.argv.includes('--json'))),
  )
// A reader that stops reading, as `head` does, is no fault.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 9))
process.exitCode = await run(process.argv.slice(2))
// Nothing should be left open; if something is, it does not keep the answer waiting.
setTimeout(() => process.exit(), 3_000).unref()
