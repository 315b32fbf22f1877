import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { vi } from 'vitest'
import type { ParsingLimits } from '../../../src/adapters/confinement/limits.ts'
import type { Asked, Told } from './reading-process.ts'

/** SCELLE_HOSTILE=long (npm run test:hostile): all of it; otherwise a sample that takes half a minute. */
export const isLong = process.env['SCELLE_HOSTILE'] === 'long'
if (isLong) vi.setConfig({ testTimeout: 3_600_000 })

export type Worker = {
  /** Its process id, and the moment at which that process began: together, no other process has them. */
  readonly identity: string
  read(file: Buffer, limits: ParsingLimits, thorough?: boolean): Promise<Told>
  /** The same pair, as the system tells it now; `ended` when it is no more. */
  identityNow(): string
  stop(): void
}

export function startWorker(): Worker {
  const child = fork(new URL('./reading-process.ts', import.meta.url), { serialization: 'advanced' })
  const identityNow = () => identityOf(child)
  return {
    identity: identityNow(),
    identityNow,
    async read(file, limits, thorough = false) {
      child.send({ file: file.toString('base64'), limits, thorough } satisfies Asked)
      const over = new AbortController()
      const ended = once(child, 'exit', { signal: over.signal }).then(() => {
        throw new Error('the worker itself has ended')
      })
      try {
        const [told] = (await Promise.race([once(child, 'message', { signal: over.signal }), ended])) as [
          Told,
        ]
        return told
      } finally {
        over.abort()
        ended.catch(() => {})
      }
    },
    stop: () => void child.kill('SIGKILL'),
  }
}

/** Field 22 of /proc/…/stat is the start of the process, in ticks since the machine's (proc(5)). */
function identityOf({ pid, exitCode, signalCode }: ChildProcess): string {
  if (exitCode !== null || signalCode !== null) return 'ended'
  const start = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1)!.split(' ')[19]
  return `${pid} since ${start}`
}

/** One line of the table of outcomes. */
export const row = (what: string, became: string, peak: number, seconds: number): string =>
  `| ${what} | ${became} | ${Math.round(peak / 2 ** 20)} | ${seconds.toFixed(1)} |`

export const tableOf = (rows: readonly string[]): string =>
  ['| file | became | peak MB | seconds |', '|---|---|---|---|', ...rows].join('\n')
