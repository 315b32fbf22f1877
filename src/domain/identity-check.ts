import { findNirs } from './identifiers.ts'

/** What is known of the patient a document is attributed to. */
export type KnownIdentity = {
  readonly matricule?: string | undefined
  readonly birthName: string
  readonly givenNames: string
  readonly birthDate: string
}

/**
 * Does the text name another person than its patient? A NIR with a valid key that is not the patient's, or a labelled
 * birth name (« Nom de naissance : … ») that is not the patient's. Silence is no conflict: most pages name nobody. A NIR
 * misread by one character fails its key and stays silent too.
 */
export function namesSomeoneElse(text: string, patient: KnownIdentity): boolean {
  const nirs = findNirs(text)
  if (patient.matricule && nirs.includes(patient.matricule)) return false
  if (patient.matricule && nirs.length > 0) return true
  const labelled = labelledNames(text)
  if (labelled.length === 0) return false
  return !labelled.some((name) => resembles(name, patient.birthName))
}

const label = /(?<!\p{L})nom(?:\s+de\s+naissance|\s+de\s+famille)?\s*:\s*([\p{Lu}][\p{L}'’ -]{1,60})/giu

function labelledNames(text: string): string[] {
  return [...text.matchAll(label)].map((match) => plain(match[1]!)).filter((name) => name.length > 2)
}

/** Words of letters only, upper case, no accents: what survives a scan. */
const plain = (name: string): string =>
  name
    .normalize('NFD')
    .replace(/['’-]/g, ' ')
    .replace(/[^\p{L} ]/gu, '')
    .replace(/\s+/g, ' ')
    .trim()
    .toUpperCase()

/**
 * The known name stands in what was read, as whole words, a character in four misread or missing at most. Whether it is
 * written as one word or more says nothing.
 */
function resembles(read: string, known: string): boolean {
  const name = plain(known)
  const [letters, most] = [name.replaceAll(' ', ''), name.split(' ').length + 1]
  const words = read.split(' ')
  return words.some((_, first) =>
    Array.from({ length: most }, (_, more) => words.slice(first, first + more + 1).join('')).some(
      (candidate) => distance(candidate, letters) <= Math.floor(letters.length / 4),
    ),
  )
}

/** Levenshtein distance. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      next[j] = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1))
    }
    row = next
  }
  return row[b.length]!
}
