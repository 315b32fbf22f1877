/*
 * Letters as a scan leaves them: without case, without accents, and often taken for one another.
 */

const folds = new Map<string, string>()

function foldOne(character: string): string {
  const plain = character.normalize('NFD').charAt(0).toUpperCase()
  const folded = plain.length === character.length ? plain : character
  folds.set(character, folded)
  return folded
}

/** Upper case, no accents; as many UTF-16 units as before, so that places in the text stay what they are. */
export function fold(text: string): string {
  if (!/[^\u0000-\u007f]/.test(text)) return text.toUpperCase()
  let folded = ''
  for (const character of text) folded += folds.get(character) ?? foldOne(character)
  return folded
}

/** Figures that stand in a word are letters misread. */
const letterOf: Readonly<Record<string, string>> = {
  '0': 'O',
  '1': 'I',
  '5': 'S',
  '6': 'G',
  '8': 'B',
  '|': 'I',
  '!': 'I',
}

/** Letters only, folded; figures among them read as the letters that they resemble. */
export const lettersOf = (text: string): string =>
  fold(text)
    .replace(/[01568|!]/g, (figure) => letterOf[figure]!)
    .replace(/[^\p{L}]/gu, '')

/** Characters that recognition takes for one another; each row is a family. */
const families = [
  ...['OQ0DC', 'I1LTJ|', 'S5', 'B8', 'EF', 'UV', 'MN', 'GC6', 'Z2', 'RK', 'HN', 'VY', 'PR', 'AR', 'RB', 'EC'],
  ...['08', '38', '56', '68', '17', '49'],
]
const resembling = new Uint8Array(128 * 128)
for (const family of families)
  for (const a of family) for (const b of family) resembling[a.charCodeAt(0) * 128 + b.charCodeAt(0)] = 1

function costOf(a: number, b: number): number {
  if (a === b) return 0
  return a < 128 && b < 128 && resembling[a * 128 + b] === 1 ? 0.5 : 1
}

/** Longer words are nobody's name and no label. */
const longest = 80
const rows: [Float64Array, Float64Array] = [new Float64Array(longest + 1), new Float64Array(longest + 1)]

/**
 * Levenshtein distance in which a character taken for one that resembles it counts half. Where it is more than `most`, it
 * is told to be more, and not how much; so it is where a word is longer than eighty characters.
 */
export function distance(a: string, b: string, most = Math.max(a.length, b.length)): number {
  if (a === b) return 0
  const far = most + 1
  if (Math.abs(a.length - b.length) > most || Math.max(a.length, b.length) > longest) return far
  let [row, next] = rows
  for (let j = 0; j <= b.length; j++) row[j] = j
  for (let i = 1; i <= a.length; i++) {
    const character = a.charCodeAt(i - 1)
    let least = i
    next[0] = i
    for (let j = 1; j <= b.length; j++) {
      const changed = row[j - 1]! + costOf(character, b.charCodeAt(j - 1))
      const shifted = Math.min(row[j]!, next[j - 1]!) + 1
      const step = changed < shifted ? changed : shifted
      next[j] = step
      if (step < least) least = step
    }
    if (least > most) return far
    ;[row, next] = [next, row]
  }
  return Math.min(far, row[b.length]!)
}
