import type { Combination, Run } from './run.ts'
import { total } from './stage-costs.ts'

/** Recognition itself is the threads of the stage that recognises; all else is what it takes to get there and away. */
const recognition = 'recognise-page'

/** Processor seconds for each page, by what they were spent on. */
export type PageCost = {
  readonly perMinute: number
  readonly recognition: number
  readonly stages: Readonly<Record<string, number>>
  /** Worker processes outside of any stage: start, queue, dispatching, ledger, hot folder. */
  readonly workersBeside: number
  readonly database: number
  readonly redis: number
  /** All of these. */
  readonly product: number
  /** No part of the product, nor of the sum. */
  readonly developmentS3: number
  readonly shareNotRecognition: number
  /** Megabytes of the largest process of each kind. */
  readonly peaks: Readonly<Record<string, number>>
}

export function costOf(run: Run): PageCost {
  const { pages, seconds, stages, processes } = run
  const perPage = (value: number): number => value / pages
  const spent = (isRole: (role: string) => boolean): number =>
    processes.filter(({ role }) => isRole(role)).reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0)
  const servers = ['postgres', 'redis', 's3', 'bench']
  const workers = spent((role) => !servers.includes(role))
  const threads = stages.find(({ stage }) => stage === recognition)?.threads ?? 0
  const inStages = stages.reduce((sum, stage) => sum + total(stage), 0)
  const database = spent((role) => role === 'postgres')
  const redis = spent((role) => role === 'redis')
  const product = workers + database + redis
  return {
    perMinute: (pages * 60) / seconds,
    recognition: perPage(threads),
    stages: Object.fromEntries(
      stages.map((stage) => [
        stage.stage,
        perPage(total(stage) - (stage.stage === recognition ? threads : 0)),
      ]),
    ),
    workersBeside: perPage(workers - inStages),
    database: perPage(database),
    redis: perPage(redis),
    product: perPage(product),
    developmentS3: perPage(spent((role) => role === 's3')),
    shareNotRecognition: (product - threads) / product,
    peaks: Object.fromEntries(processes.map(({ role, peakMegabytes }) => [role, peakMegabytes])),
  }
}

export type Ratio = {
  readonly name: string
  readonly of: string
  readonly value: number
  readonly aim: string
  readonly isMet: boolean
}

/** Ratios between runs of one call: twice the workers, ten times the pages, what is not recognition. */
export function ratiosOf(runs: readonly Run[]): Ratio[] {
  const title = ({ pages, workers, backend }: Run): string => `${pages} pages, ${workers} workers, ${backend}`
  const shares = runs.map((run) => {
    const value = costOf(run).shareNotRecognition
    return { name: 'not recognition', of: title(run), value, aim: '≤ 0.15', isMet: value <= 0.15 }
  })
  const speeds = pairs(runs, 'workers', ['pages', 'backend']).map(([one, two]) => {
    const value = one.seconds / two.seconds
    return { name: 'speed with two workers', of: title(two), value, aim: '≥ 1.8', isMet: value >= 1.8 }
  })
  const memories = pairs(runs, 'pages', ['workers', 'backend']).flatMap(([small, large]) => {
    const [before, after] = [costOf(small).peaks, costOf(large).peaks]
    return Object.keys(after)
      .filter((role) => role !== 'bench' && before[role])
      .map((role) => {
        const value = after[role]! / before[role]!
        return { name: `memory of ${role}`, of: title(large), value, aim: '≤ 1.15', isMet: value <= 1.15 }
      })
  })
  return [...shares, ...speeds, ...memories]
}

/** The first and the last of the runs that differ in `by` alone. */
function pairs(
  runs: readonly Run[],
  by: 'pages' | 'workers',
  same: readonly (keyof Combination)[],
): [Run, Run][] {
  const groups = Object.values(Object.groupBy(runs, (run) => same.map((key) => `${run[key]}`).join()))
  return groups.flatMap((group = []) => {
    const sorted = group.toSorted((a, b) => a[by] - b[by])
    const [first, last] = [sorted[0]!, sorted.at(-1)!]
    return first[by] < last[by] ? [[first, last] as [Run, Run]] : []
  })
}

/** The same for people. */
export function tableOf(runs: readonly Run[]): string {
  return runs.map(tableOfRun).join('\n\n')
}

function tableOfRun(run: Run): string {
  const cost = costOf(run)
  const line = (name: string, seconds: number): string =>
    `  ${name.padEnd(26)}${seconds.toFixed(3).padStart(8)} s${percent(seconds / cost.product)}`
  return [
    `${run.pages} pages, ${run.workers} page worker${run.workers > 1 ? 's' : ''}, queue on ${run.backend}: ${cost.perMinute.toFixed(1)} pages/min`,
    `  processor time for a page`,
    line('recognition itself', cost.recognition),
    ...Object.entries(cost.stages).map(([stage, seconds]) => line(stage, seconds)),
    line('workers, beside stages', cost.workersBeside),
    line('PostgreSQL', cost.database),
    ...(cost.redis > 0 ? [line('Redis', cost.redis)] : []),
    line('all', cost.product),
    `  (development S3 server     ${cost.developmentS3.toFixed(3).padStart(7)} s, no part of the product)`,
    `  most memory, MB: ${Object.entries(cost.peaks)
      .map(([role, megabytes]) => `${role} ${megabytes}`)
      .join(', ')}`,
    `  documents: ${Object.entries(run.outcome)
      .map(([state, count]) => `${count} ${state}`)
      .join(', ')}`,
  ].join('\n')
}

const percent = (share: number): string => `${(share * 100).toFixed(1).padStart(7)} %`
