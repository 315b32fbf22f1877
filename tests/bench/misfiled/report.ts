import type { Judgement } from './judge.ts'

/** The aims: of 25 foreign pages 24 are found, and 2 documents of 500 are held without need at most. */
const leastFound = 24 / 25
const mostFalse = 2 / 500

export function sayJudgement(title: string, judged: Judgement, hasAims: boolean): void {
  const { documents, pages, foreign, found, missed, falseHolds, carried, types } = judged
  const mark = (isMet: boolean) => (hasAims ? (isMet ? ' ✓' : ' ✗') : '')
  console.log(`\n${title}: ${documents} documents, ${pages} pages, ${foreign} of them foreign`)
  console.log(`  characters misread  ${(judged.characterErrorRate * 100).toFixed(2)} %`)
  console.log(
    `  carried             ${Object.entries(carried)
      .map(([what, one]) => `${what} ${one.found} of ${one.of}`)
      .join(', ')}`,
  )
  console.log(`  found               ${found}${mark(found >= foreign * leastFound)}`)
  for (const one of missed)
    console.log(`    missed: ${one.type} of ${one.stranger}, carries ${one.carried}: ${one.reason}`)
  console.log(`  false holds         ${falseHolds.length}${mark(falseHolds.length <= documents * mostFalse)}`)
  for (const { type, kinds } of falseHolds) console.log(`    ${type}: ${kinds.join(', ')}`)
  console.log(`  CPU                 ${judged.millisecondsPerPage.toFixed(1)} ms a page`)
  const rows = Object.keys(types).toSorted()
  const columns = [...new Set(rows.flatMap((row) => Object.keys(types[row]!)))].toSorted()
  const table = rows.map((row) => [
    row,
    Object.fromEntries(columns.map((column) => [column, types[row]![column] ?? 0])),
  ])
  console.table(Object.fromEntries(table))
}
