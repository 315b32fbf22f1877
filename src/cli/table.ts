export type Cell = string | number | null | undefined

const empty = '—'
const gap = '  '

const wordsOf = (cell: Cell): string =>
  cell === null || cell === undefined || cell === '' ? empty : String(cell)

/** How many columns of a terminal a text takes: control sequences of colours take none. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what colours are made of
const widthOf = (text: string): number => [...text.replace(/\u001b\[[0-9;]*m/g, '')].length

const padded = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - widthOf(text)))

/**
 * Rows below their headings. Where a row would be wider than `width`, each becomes a block of its own, so that no
 * identifier is ever cut.
 */
export function table(
  headings: readonly string[],
  rows: readonly (readonly Cell[])[],
  width = Infinity,
): string {
  const cells = rows.map((row) => row.map(wordsOf))
  const widths = headings.map((heading, column) =>
    Math.max(widthOf(heading), ...cells.map((row) => widthOf(row[column] ?? ''))),
  )
  const total = widths.reduce((sum, one) => sum + one + gap.length, -gap.length)
  if (total > width)
    return cells.map((row) => pairs(row.map((cell, i) => [headings[i] ?? '', cell] as const))).join('\n\n')
  const line = (row: readonly string[]) =>
    row
      .map((cell, i) => padded(cell, widths[i] ?? 0))
      .join(gap)
      .trimEnd()
  return [line(headings), line(widths.map((one) => '─'.repeat(one))), ...cells.map(line)].join('\n')
}

/** One fact a line, its name before it. */
export function pairs(facts: readonly (readonly [name: string, value: Cell])[]): string {
  const width = Math.max(0, ...facts.map(([name]) => widthOf(name)))
  return facts.map(([name, value]) => `${padded(name, width)}${gap}${wordsOf(value)}`.trimEnd()).join('\n')
}

/** Every line moved to the right. */
export const indented = (text: string, by = 2): string => text.replace(/^(?=.)/gm, ' '.repeat(by))
