import type { Rates } from './readings.ts'
import type { Report } from './report.ts'

/** The same for people. */
export function tableOf(report: Report, { worst }: { worst: number }): string {
  const { readings, costs, blanks, wrongTurns, aims, validity, failed } = report
  const lines = [`${report.pages} pages of text`, '', `${'CER (WER)'.padEnd(22)}${heads(readings)}`]
  const section = (pick: (reading: Report['readings'][number]) => Readonly<Record<string, Rates>>) => {
    for (const key of Object.keys(readings[0] ? pick(readings[0]) : {})) {
      const { pages } = pick(readings[0]!)[key]!
      const cells = readings.map((reading) => cell(pick(reading)[key]))
      lines.push(`${`${key} (${pages})`.padEnd(22)}${cells.join('')}`)
    }
    lines.push('')
  }
  section(({ groups }) => groups)
  section(({ byKind }) => byKind)
  section(({ byDegradation }) => byDegradation)
  for (const { name, cpuSecondsPerPage, pagesPerMinute, peakMegabytes, steps } of costs) {
    lines.push(
      `${name}: ${cpuSecondsPerPage.toFixed(2)} CPU s/page, ${pagesPerMinute.toFixed(1)} pages/min, peak ${peakMegabytes} MB`,
    )
    if (steps)
      lines.push(
        `  ${Object.entries(steps)
          .map(([step, spent]) => `${step} ${spent.toFixed(3)}`)
          .join(', ')}`,
      )
  }
  lines.push(...costs.flatMap(({ name, complaint }) => (complaint ? [`${name} failed: ${complaint}`] : [])))
  if (blanks)
    lines.push(
      '',
      `blank pages found: ${blanks.found} of ${blanks.blank}${list(blanks.missed)}`,
      `false blanks: ${blanks.falseBlanks.length} of ${blanks.notBlank}${list(blanks.falseBlanks)}`,
    )
  lines.push(`read the wrong way up: ${wrongTurns.length}${list(wrongTurns)}`)
  lines.push(...failed.map((each) => `failed: ${each}`))
  for (const [how, order] of Object.entries(validity?.order ?? {}))
    lines.push(
      `words as pdftotext gives them (${how}): ${rate(order.wordErrors)} joined, parted or elsewhere; in another order${list(order.otherPages) || ': none'}`,
    )
  if (validity?.invalid?.length) lines.push(`no valid PDF/A-1b${list(validity.invalid)}`)
  if (validity?.faulty?.length) lines.push(`qpdf complains${list(validity.faulty)}`)
  if (aims.length > 0) lines.push('')
  for (const { name, value, aim, isMet } of aims)
    lines.push(`${isMet ? '✓' : '✗'} ${name}: ${value}, aim ${aim}`)
  if (worst > 0 && readings[0]) {
    const pages = Object.entries(readings[0].byPage).toSorted(([, a], [, b]) => b.cer - a.cer)
    lines.push(
      '',
      ...pages.slice(0, worst).map(([id, { cer, wer }]) => `  ${id.padEnd(20)}${rate(cer)} (${rate(wer)})`),
    )
  }
  return lines.join('\n')
}

const list = (ids: readonly string[]): string => (ids.length > 0 ? `: ${ids.join(' ')}` : '')
const rate = (share: number): string => `${(share * 100).toFixed(2)} %`
const cell = (rates: Rates | undefined): string =>
  (rates ? `${rate(rates.cer)} (${rate(rates.wer)})` : '').padStart(22)
const heads = (readings: Report['readings']): string => readings.map(({ name }) => name.padStart(22)).join('')
