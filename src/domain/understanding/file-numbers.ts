import { fold } from './folding.ts'
import type { Label } from './labels.ts'
import type { TextLine } from './page-text.ts'

export type FileNumberReading = {
  readonly value: string
  readonly isLabelled: boolean
  readonly words: [number, number]
}

const figureOf: Readonly<Record<string, string>> = {
  O: '0',
  Q: '0',
  D: '0',
  I: '1',
  L: '1',
  S: '5',
  B: '8',
  Z: '2',
  G: '6',
}
const announcing = /^(n°|no|nº|n\*|numéro)$/i

/** Numbers behind « Dossier », and whatever has the form of one: letters, a hyphen, four figures or more. */
export function readFileNumbers(line: TextLine, labels: readonly Label[]): FileNumberReading[] {
  const labelled = new Set(
    labels
      .filter(({ kind }) => kind === 'file-number')
      .map(({ to }) => (announcing.test(line.tokens[to]?.text ?? '') ? to + 1 : to)),
  )
  return line.tokens.flatMap(({ text, word }, at) => {
    const value = withFigures(fold(text).replace(/^[^\p{L}\d]+|[^\p{L}\d]+$/gu, ''))
    const isLabelled = labelled.has(at) && /\d{3}/.test(value)
    return isLabelled || /^[A-Z]{1,4}-\d{4,8}$/.test(value)
      ? [{ value, isLabelled, words: [word, word] }]
      : []
  })
}

/** Letters among the figures behind the hyphen are figures misread. */
function withFigures(value: string): string {
  const [, head, tail] = /^([A-Z]{1,4})[-–—.]([A-Z\d]{4,8})$/.exec(value) ?? []
  if (!head || !tail || (tail.match(/\d/g) ?? []).length < tail.length / 2) return value
  return `${head}-${tail.replace(/[A-Z]/g, (letter) => figureOf[letter] ?? letter)}`
}
