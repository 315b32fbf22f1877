import type { Figures, Measured } from './measure.ts'

export type Line = {
  readonly name: string
  readonly growsWith?: string | undefined
  readonly sizes: readonly Measured[]
}

/** What the benchmark found, smallest size first; ratios are of the largest size to the smallest. Milliseconds. */
export const reportOf = (lines: readonly Line[]) =>
  lines.map(({ name, growsWith, sizes }) => ({
    name,
    ...(growsWith ? { growsWith } : {}),
    ratio: ratioOf(sizes[0]!, sizes.at(-1)!),
    cpuRatio: sizes[0]!.cpu && sizes.at(-1)!.cpu && ratioOf(sizes[0]!.cpu, sizes.at(-1)!.cpu!),
    sizes: sizes.map(({ documents, p50, p99, cpu, rowsRead, wholeTables, plans }) => ({
      ...{ documents, ...rounded({ p50, p99 }), cpu: cpu && rounded(cpu), rowsRead, wholeTables },
      plans: plans.map(({ steps, pages }) => ({ pages, steps })),
    })),
  }))

export type Report = ReturnType<typeof reportOf>

const ratioOf = (small: Figures, large: Figures): Figures =>
  rounded({ p50: large.p50 / small.p50, p99: large.p99 / small.p99 })
const rounded = ({ p50, p99 }: Figures): Figures => ({ p50: round(p50), p99: round(p99) })
const round = (number: number): number => Math.round(number * 100) / 100

/** One line a query: waited and processor time in each size, rows looked at, and the ratios. */
export function sayReport(report: Report): string {
  const width = '    p50    p99  p50 cpu  p99 cpu    rows'.length
  const heads = report[0]!.sizes.map(({ documents }) => `${documents} documents`.padStart(width))
  const figures = report[0]!.sizes.map(() => '    p50    p99  p50 cpu  p99 cpu    rows')
  return [
    [''.padEnd(nameWidth), ...heads, 'ratio'.padStart(31)].join(' '),
    ['ms'.padEnd(nameWidth), ...figures, '   p50    p99  p50 cpu  p99 cpu'].join(' '),
    ...report.map(sayLine),
  ].join('\n')
}

const nameWidth = 42

function sayLine({ name, ratio, cpuRatio, sizes, growsWith }: Report[number]): string {
  const figures = sizes.map(({ p50, p99, cpu, rowsRead }) =>
    [pad(p50, 7), pad(p99, 6), pad(cpu?.p50, 8), pad(cpu?.p99, 8), pad(rowsRead, 7)].join(' '),
  )
  const ratios = [pad(ratio.p50, 6), pad(ratio.p99, 6), pad(cpuRatio?.p50, 8), pad(cpuRatio?.p99, 8)]
  const whole = [...new Set(sizes.at(-1)!.wholeTables)].map((table) => `! reads all of ${table}`)
  const remarks = [...whole, ...(growsWith ? [`~ ${growsWith}`] : [])]
  return [name.padEnd(nameWidth), ...figures, ...ratios, ...remarks].join(' ')
}

/** The plans at the largest size, from the outside in: each step with its rows, and how often it was done. */
export const sayPlans = (report: Report): string =>
  report
    .map(({ name, sizes }) => {
      const plans = sizes
        .at(-1)!
        .plans.map(({ pages, steps }) => `  ${pages} pages of 8 kB: ${steps.join(' ← ')}`)
      return [name, ...plans].join('\n')
    })
    .join('\n')

const pad = (value: number | undefined, width: number): string => String(value ?? '-').padStart(width)
