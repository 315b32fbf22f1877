import { lstat, readFile, writeFile } from 'node:fs/promises'
import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { Failure } from '../domain/failure.ts'

const reasonOf = (error: unknown): string =>
  ((error as NodeJS.ErrnoException).code ?? 'unknown').toLowerCase()

/** A file, or standard input for `-`. @throws Failure input-unreadable */
export async function readInput(file: string): Promise<Buffer> {
  if (file === '-') return Buffer.from(await text(process.stdin))
  return readFile(file).catch((cause: unknown) => {
    throw new Failure('input-unreadable', { reason: reasonOf(cause) }, { cause })
  })
}

/** Writes a file that is not there yet, for its owner's eyes only. @throws Failure output-refused */
export async function writeNew(file: string, content: Buffer | string): Promise<void> {
  await writeFile(file, content, { flag: 'wx', mode: 0o600 }).catch(refuseOutput)
}

/** Before anything is done that leaves a trace for nothing. @throws Failure output-refused */
export async function refuseExisting(...files: readonly string[]): Promise<void> {
  for (const file of files) {
    const isThere = await lstat(file).then(
      () => true,
      () => false,
    )
    if (isThere) throw new Failure('output-refused', { reason: 'eexist' })
  }
}

export function refuseOutput(cause: unknown): never {
  throw new Failure('output-refused', { reason: reasonOf(cause) }, { cause })
}

/** One line of standard input: what must not be seen among the arguments of a process. */
export async function readLine(question: string): Promise<string> {
  if (!process.stdin.isTTY) return ((await text(process.stdin)).split('\n')[0] ?? '').trim()
  return ask(question)
}

/**
 * Asks on the terminal; what is asked goes to standard error, so that the answer of the command stays alone. With `secret`
 * nothing is shown of what is typed.
 */
export async function ask(question: string, { secret = false } = {}): Promise<string> {
  process.stderr.write(question)
  const output = new Writable({
    write(chunk, _encoding, done) {
      if (!secret) process.stderr.write(chunk as Buffer)
      done()
    },
  })
  const dialogue = createInterface({ input: process.stdin, output, terminal: secret })
  try {
    return (await dialogue.question('')).trim()
  } finally {
    dialogue.close()
    if (secret) process.stderr.write('\n')
  }
}
