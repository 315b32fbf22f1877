import type { Random } from '../../../fixtures/generator/random.ts'
import type { Sheet } from '../../../fixtures/generator/sheet.ts'

/** A sheet that keeps its text alone: nothing is drawn, and letters are as wide as they are on average. */
export function createTextSheet(random: Random): Sheet {
  const written: { x: number; y: number; text: string }[] = []
  const widthOf = (text: string, size: number) => text.length * size * 0.55
  const text: Sheet['text'] = (x, y, words, { size = 3.5, align = 'left', silent = false } = {}) => {
    const share = { left: 0, centre: 0.5, right: 1 }[align]
    if (!silent) written.push({ x: x - widthOf(words, size) * share, y, text: words })
  }
  const nothing = () => {}
  return {
    ...{ random, text, rule: nothing, frame: nothing, draw: nothing, dataMatrix: nothing, svg: () => '' },
    ...{ aside: nothing, asides: () => [] },
    paragraph(x, y, width, words, style = {}) {
      const { size = 3.5 } = style
      const lines = ['']
      for (const word of words.split(' ')) {
        const longer = lines.at(-1) ? `${lines.at(-1)} ${word}` : word
        if (widthOf(longer, size) <= width) lines[lines.length - 1] = longer
        else lines.push(word)
      }
      for (const [index, line] of lines.entries()) text(x, y + index * size * 1.5, line, style)
      return y + lines.length * size * 1.5
    },
    field(x, y, label, value) {
      text(x, y, label)
      text(x + widthOf(label, 3.2) + 1.8, y, value)
    },
    tick: (x, y, label) => text(x + 4.6, y, label),
    truth: () => inRows(written),
  }
}

/** Rows from top to bottom, each from left to right. */
function inRows(written: readonly { x: number; y: number; text: string }[]): string {
  const rows: { y: number; parts: { x: number; text: string }[] }[] = []
  for (const { x, y, text } of written.toSorted((a, b) => a.y - b.y)) {
    const row = rows.at(-1)
    if (row && y - row.y < 1.2) row.parts.push({ x, text })
    else rows.push({ y, parts: [{ x, text }] })
  }
  return rows
    .map(({ parts }) =>
      parts
        .toSorted((a, b) => a.x - b.x)
        .map(({ text }) => text)
        .join(' '),
    )
    .join('\n')
}
