import { writeFileSync } from 'node:fs'
import type { Confinement } from '../../../src/adapters/confinement/confinement.ts'
import type { ParsingLimits } from '../../../src/adapters/confinement/limits.ts'
import { type Outcome, openReading } from './reading.ts'

// Stands for a page worker: a process that has files read, one after the other, and must outlive them all.

export type Asked = { readonly file: string; readonly limits: ParsingLimits; readonly thorough: boolean }
export type Told = {
  readonly outcome: Outcome
  /** The most memory that any process which read this file was seen to hold, in bytes. */
  readonly peak: number
  readonly seconds: number
  /** Processes that were started for reading, so far. */
  readonly started: number
}

const readings = new Map<string, ReturnType<typeof openReading>>()

process.on('message', ({ file, limits, thorough }: Asked) => {
  const key = JSON.stringify(limits)
  const reading = readings.get(key) ?? openReading(limits)
  readings.set(key, reading)
  void tell(reading, Buffer.from(file, 'base64'), thorough)
})

async function tell(reading: ReturnType<typeof openReading>, file: Buffer, thorough: boolean): Promise<void> {
  forgetPeak(reading.confinement)
  const begun = performance.now()
  const outcome = await reading.outcomeOf(file, { thorough })
  const seconds = (performance.now() - begun) / 1000
  const { peak, started } = reading.confinement.seen
  process.send!({ outcome, peak, seconds, started } satisfies Told)
}

/** Each file has its own peak where Linux lets us begin anew (proc(5), clear_refs); elsewhere the peak of all before. */
function forgetPeak({ seen }: Confinement): void {
  seen.peak = 0
  for (const pid of seen.pids.slice(-1)) {
    try {
      writeFileSync(`/proc/${pid}/clear_refs`, '5')
    } catch {
      // It has ended.
    }
  }
}
