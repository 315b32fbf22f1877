/*
 * Letters as a scan leaves them: without case, without accents, and often taken for one another.
 */

/** Upper case, no accents; as many UTF-16 units as before, so that places in the text stay what they are. */
export function fold(text: string): string {
  if (!/[^\u0000-\u007f]/.test(text)) return text.toUpperCase()
  let folded = ''
  for (const character of text) {
    const plain = character.normalize('NFD').charAt(0).toUpperCase()
    folded += plain.length === character.length ? plain : character
  }
  return folded
}

/** Figures that stand in a word are letters misread. */
const letterOf: Readonly<Record<string, string>> = {
  '0': 'O',
  '1': 'I',
  '5': 'S',
  '8': 'B',
  '|': 'I',
  '!': 'I',
}

/** Letters only, folded; figures among them read as the letters that they resemble. */
export const lettersOf = (text: string): string =>
  fold(text)
    .replace(/[0158|!]/g, (figure) => letterOf[figure]!)
    .replace(/[^\p{L}]/gu, '')

/** Characters that recognition takes for one another; each row is a family. */
const families = ['OQ0DC', 'I1LTJ|', 'S5', 'B8', 'EF', 'UV', 'MN', 'GC6', 'Z2', 'RK', 'HN', 'VY', 'PR', 'AR']
const resembling = new Set(
  families.flatMap((family) => [...family].flatMap((a) => [...family].map((b) => pairOf(a, 0, b, 0)))),
)

function pairOf(a: string, i: number, b: string, j: number): number {
  return a.charCodeAt(i) * 0x10000 + b.charCodeAt(j)
}

/**
 * Levenshtein distance in which a character taken for one that resembles it counts half. Where it is more than `most`, it
 * is told to be more, and not how much.
 */
export function distance(a: string, b: string, most = Math.max(a.length, b.length)): number {
  const far = most + 1
  if (Math.abs(a.length - b.length) > most) return far
  const band = Math.ceil(most)
  let row = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const next = new Array<number>(b.length + 1).fill(far)
    if (i <= band) next[0] = i
    let least = next[0]!
    for (let j = Math.max(1, i - band); j <= Math.min(b.length, i + band); j++) {
      const step = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + costOf(a, i - 1, b, j - 1))
      next[j] = step
      if (step < least) least = step
    }
    if (least > most) return far
    row = next
  }
  return Math.min(far, row[b.length]!)
}

function costOf(a: string, i: number, b: string, j: number): number {
  if (a.charCodeAt(i) === b.charCodeAt(j)) return 0
  return resembling.has(pairOf(a, i, b, j)) ? 0.5 : 1
}
