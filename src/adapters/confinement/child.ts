import { Socket } from 'node:net'
import process from 'node:process'
import { Worker } from 'node:worker_threads'
import { Failure, type Facts } from '../../domain/failure.ts'
import { type BorrowedFile, borrowedFile } from './borrowed-file.ts'
import { createFrameReader, type Frame, frameOf } from './frames.ts'
import { proof } from './proof.ts'

/** What a confined function gives for each page: plain words, and bytes. */
type Yield = { readonly plain: unknown; readonly bytes?: Uint8Array }
type Confinable = (file: Buffer | BorrowedFile, options: unknown) => AsyncIterable<Yield> | Promise<Yield>
type Request = {
  readonly module?: string
  readonly name: string
  readonly options: unknown
  /** Length of the file when it is lent, and not sent with the request. */
  readonly lent?: number
}

// The confined process: it reads files that came from outside, one at a time, and hands back what it found over the one
// channel it has. Without its parent it has no reason to live.
const parent = new Socket({ fd: 3 })
const guard = new Worker(new URL('./guard.ts', import.meta.url), {
  workerData: Number(process.argv[2]),
  // What a thread reserves counts against the bounds of the system.
  resourceLimits: { codeRangeSizeMb: 8, maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 2 },
})
guard.unref()
/** At once: an orderly exit ends the guard, then waits for threads that may turn in circles for ever. */
const end = (): boolean => process.kill(process.pid, 'SIGKILL')
for (const event of ['end', 'close', 'error']) parent.on(event, end)
process.on('exit', end)
globalThis.fetch = () => Promise.reject(new Error('offline'))

/** Some libraries tell only here that they could have no more memory. What they print goes nowhere. */
let toldOfMemory = false
const notice = (...words: unknown[]): void => {
  if (/memory/i.test(words.join(' '))) toldOfMemory = true
}
for (const method of ['log', 'info', 'warn', 'error', 'debug'] as const) console[method] = notice

let pages: AsyncIterator<Yield> | undefined

async function begin({ module, name, options, lent }: Request, bytes: Buffer): Promise<void> {
  const functions = (await import(module!)) as Record<string, Confinable>
  // What has no more to prove than that it can be loaded has proved it.
  if (name === proof && !functions[proof]) return say({ plain: true, last: true })
  const begun = functions[name]!(lent === undefined ? bytes : borrowedFile(lent), options)
  if (begun instanceof Promise) say({ ...(await begun), last: true })
  else {
    pages = begun[Symbol.asyncIterator]()
    await goOn()
  }
}

/** What pages leave behind is little to the engine, which lets it pile up; to the limit of this process it is not. */
const mostRemains = 16 << 20
let held = 0

function tidy(): void {
  if (process.memoryUsage().external - held < mostRemains) return
  globalThis.gc?.()
  held = process.memoryUsage().external
}

async function goOn(): Promise<void> {
  tidy()
  const next = await pages!.next()
  if (next.done) say({ end: true })
  else say(next.value)
}

function say({ bytes, ...head }: Record<string, unknown> & { bytes?: Uint8Array }): void {
  for (const part of frameOf(head, bytes)) parent.write(part)
}

/** Expected failures keep their code. All else may quote content: only whether memory ran out passes. */
const failureOf = (error: unknown): { failure: string; facts?: Facts } =>
  ranOutOfMemory(error) || (toldOfMemory && !(error instanceof Failure))
    ? { failure: 'memory' }
    : error instanceof Failure
      ? { failure: error.code, facts: error.facts }
      : { failure: 'unexpected' }

function ranOutOfMemory(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  return /out of memory|allocat|enlarge memory|ENOMEM/i.test(error.message) || ranOutOfMemory(error.cause)
}

const answer = async ({ head, body }: Frame): Promise<void> => {
  const request = head as Request
  try {
    await (request.module ? begin(request, body) : goOn())
  } catch (error) {
    say(failureOf(error))
  }
}

parent.on(
  'data',
  createFrameReader({ headBytes: 2 ** 32, bodyBytes: 2 ** 32 }, (frame) => void answer(frame)),
)
