import { randomUUID } from 'node:crypto'
import { lstat, mkdir, open, readFile, rename, rm, rmdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { createInterface } from 'node:readline/promises'
import { type Readable, Writable } from 'node:stream'
import { buffer, text } from 'node:stream/consumers'
import { Failure } from '../domain/failure.ts'

const reasonOf = (error: unknown): string =>
  ((error as NodeJS.ErrnoException).code ?? 'unknown').toLowerCase()

/** A file, or standard input for `-`. @throws Failure input-unreadable */
export async function readInput(file: string): Promise<Buffer> {
  if (file === '-') return buffer(process.stdin)
  return readFile(file).catch((cause: unknown) => {
    throw new Failure('input-unreadable', { reason: reasonOf(cause) }, { cause })
  })
}

/** Writes a file that is not there yet, for its owner's eyes only. @throws Failure output-refused */
export async function writeNew(file: string, content: Buffer | string): Promise<void> {
  await writeFile(file, content, { flag: 'wx', mode: 0o600 }).catch(refuseOutput)
}

/**
 * Streams into a file that is not there yet, for its owner's eyes only. It has another name until the stream has ended well:
 * what was not seen to be whole and authentic is never found under its own. Returns its size in bytes.
 *
 * @param signal whoever gives up leaves nothing of it behind
 * @throws Failure output-refused, cancelled, and what the stream fails with
 */
export async function streamNew(file: string, content: Readable, signal?: AbortSignal): Promise<number> {
  const unfinished = `${file}.unfinished-${randomUUID()}`
  const sink = await open(unfinished, 'wx', 0o600).catch((cause: unknown) => {
    content.destroy()
    return refuseOutput(cause)
  })
  const giveUp = () => void content.destroy(new Failure('cancelled'))
  signal?.addEventListener('abort', giveUp)
  if (signal?.aborted) giveUp()
  try {
    let bytes = 0
    for await (const chunk of content as AsyncIterable<Buffer>) {
      await sink.appendFile(chunk).catch(refuseOutput)
      bytes += chunk.length
    }
    await sink.sync().catch(refuseOutput)
    await refuseExisting(file)
    await rename(unfinished, file).catch(refuseOutput)
    return bytes
  } finally {
    signal?.removeEventListener('abort', giveUp)
    await sink.close()
    await rm(unfinished, { force: true })
  }
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

/**
 * Does work that writes into a folder, which is made if need be. When the work fails, folders made for it go again, unless
 * something is in them.
 *
 * @throws Failure output-refused, and what the work throws
 */
export async function inFolder<Result>(folder: string, work: () => Promise<Result>): Promise<Result> {
  const made = await mkdir(folder, { recursive: true, mode: 0o700 }).catch(refuseOutput)
  try {
    return await work()
  } catch (error) {
    if (made) await removeEmpty(path.resolve(folder), path.resolve(made))
    throw error
  }
}

/** From a folder up to the highest that was made for it. */
async function removeEmpty(folder: string, highest: string): Promise<void> {
  const isEmpty = await rmdir(folder).then(
    () => true,
    () => false,
  )
  if (isEmpty && folder !== highest) await removeEmpty(path.dirname(folder), highest)
}

export function refuseOutput(cause: unknown): never {
  throw outputRefused(cause)
}

export const outputRefused = (cause: unknown): Failure =>
  new Failure('output-refused', { reason: reasonOf(cause) }, { cause })

/** Whoever read standard output has gone. */
export const isUnread = (error: unknown): boolean =>
  ['epipe', 'err_stream_destroyed', 'err_stream_premature_close'].includes(reasonOf(error))

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

/** A path as one word of a shell: what is printed to be typed works as it is. */
export const shellWord = (text: string): string =>
  /^[A-Za-z0-9_./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
