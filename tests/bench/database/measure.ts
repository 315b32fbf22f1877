import { readFileSync } from 'node:fs'
import { sql } from 'kysely'
import type { Case } from './cases.ts'
import { explaining, type StatementPlan } from './plans.ts'
import type { Works } from './works.ts'

export type Figures = { readonly p50: number; readonly p99: number }

type Sample = { readonly ms: number; readonly cpuMs: number | undefined }

/** One query in one size: milliseconds as its caller waits for it, transaction and connection included. */
export type Measured = Figures & {
  readonly documents: number
  /** Processor time of the PostgreSQL processes that answered: what others do on the machine does not change it. Linux only. */
  readonly cpu: Figures | undefined
  readonly plans: readonly StatementPlan[]
  readonly rowsRead: number
  /** Tables of more than a few thousand rows that were read from end to end. */
  readonly wholeTables: readonly string[]
}

const warmUp = 5
const big = 5_000

/** Asks each size in turn, the n-th time the same question, so that a busy machine slows all of them alike. */
export async function measure(one: Case, sizes: readonly Works[], samples: number): Promise<Measured[]> {
  const found = sizes.map((): Sample[] => [])
  const clocks = await Promise.all(sizes.map(processorClock))
  for (let n = -warmUp; n < samples; n++) {
    // Who is asked first finds the processor's caches taken: they take turns in it.
    for (let turn = 0; turn < sizes.length; turn++) {
      const size = (turn + n + warmUp) % sizes.length
      const sample = await ask(one, sizes[size]!, n + warmUp, clocks[size]!)
      if (n >= 0) found[size]!.push(sample)
    }
  }
  const measured: Measured[] = []
  for (const [size, works] of sizes.entries())
    measured.push(measuredOf(works, found[size]!, await plansOf(one, works)))
  return measured
}

async function ask(one: Case, works: Works, n: number, cpu: () => number | undefined): Promise<Sample> {
  await one.prepare?.(works, n)
  const [started, before] = [performance.now(), cpu()]
  await one.ask(works, n)
  const ms = performance.now() - started
  const after = cpu()
  return { ms, cpuMs: before === undefined || after === undefined ? undefined : after - before }
}

/** Milliseconds that both connections' server processes have spent at work; undefined where that cannot be known. */
async function processorClock({ app, system }: Works): Promise<() => number | undefined> {
  const pids = await Promise.all(
    [app, system].map(
      async (database) =>
        (await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(database)).rows[0]!.pid,
    ),
  )
  return () => {
    try {
      const spent = pids.map((pid) => Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[0]))
      return spent.reduce((sum, nanoseconds) => sum + nanoseconds, 0) / 1e6
    } catch {
      return undefined
    }
  }
}

async function plansOf(one: Case, works: Works): Promise<readonly StatementPlan[]> {
  await one.prepare?.(works, 3)
  return explaining(() => one.ask(works, 3))
}

const measuredOf = (works: Works, samples: readonly Sample[], plans: readonly StatementPlan[]): Measured => ({
  ...{ documents: works.sized.documents, plans },
  ...figuresOf(samples.map(({ ms }) => ms)),
  cpu: samples.every(({ cpuMs }) => cpuMs !== undefined)
    ? figuresOf(samples.map(({ cpuMs }) => cpuMs!))
    : undefined,
  rowsRead: plans.reduce((sum, plan) => sum + plan.rowsRead, 0),
  wholeTables: plans.flatMap(({ wholeTables }) =>
    wholeTables.filter(({ rows }) => rows >= big).map(({ table }) => table),
  ),
})

function figuresOf(times: number[]): Figures {
  const sorted = times.toSorted((a, b) => a - b)
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!
  return { p50: at(0.5), p99: at(0.99) }
}
