import { asFailure } from '../domain/failure.ts'
import { isUnread, outputRefused } from './files.ts'
import { refuse, run } from './run.ts'

// What escapes is said like any other refusal: a trace may quote content.
for (const fault of ['uncaughtException', 'unhandledRejection'] as const)
  process.on(fault, (error: unknown) =>
    process.exit(refuse(asFailure(error), 'fr', process.argv.includes('--json'))),
  )
// A reader that stops reading, as `head` does, is no fault, and changes nothing of what a command does and finds.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (!isUnread(error)) process.exit(refuse(outputRefused(error), 'fr', false))
})
// Nor are remarks that nobody reads.
process.stderr.on('error', () => {})
process.exitCode = await run(process.argv.slice(2))
// Nothing should be left open; if something is, it does not keep the answer waiting.
setTimeout(() => process.exit(), 3_000).unref()
