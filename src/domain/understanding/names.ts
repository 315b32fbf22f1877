import { distance, fold, lettersOf } from './folding.ts'
import type { Token } from './page-text.ts'

const particles = new Set([
  'DE',
  'DU',
  'DES',
  'D',
  'LE',
  'LA',
  'LES',
  'VAN',
  'VON',
  'DER',
  'DEN',
  'DOS',
  'DA',
  'EL',
  'AL',
  'BEN',
  'ET',
])
const courtesies = new Set(['M', 'MR', 'MME', 'MLLE', 'MADAME', 'MONSIEUR', 'MADEMOISELLE', 'MM'])
/** What follows is no name of theirs, though it begins with a capital. */
const ends = new Set([
  ...[
    'DOSSIER',
    'SEXE',
    'POSTE',
    'HORAIRES',
    'SERVICE',
    'PAGE',
    'TEL',
    'ADRESSE',
    'EMPLOI',
    'INCONNU',
    'NEANT',
  ],
  ...[
    'DATE',
    'AGE',
    'PRENOM',
    'PRENOMS',
    'NOM',
    'NE',
    'NEE',
    'NAISSANCE',
    'SIGNATURE',
    'CACHET',
    'DR',
    'DOCTEUR',
  ],
])

export const isCourtesy = (text: string): boolean =>
  /^\p{Lu}[\p{L}\d.,|-]*$/u.test(text) && isOneOf(lettersOf(text))

const isOneOf = (letters: string): boolean =>
  courtesies.has(letters) ||
  (letters.length > 5 && [...courtesies].some((one) => one.length > 5 && distance(letters, one, 1) <= 1))

/** The tokens of a name, from one on: up to what cannot belong to it. Six words are the most. */
export function nameTokens(
  tokens: readonly Token[],
  from: number,
  to: number,
): { words: string[]; to: number } {
  const words: string[] = []
  let at = from
  while (at < to && (isCourtesy(tokens[at]!.text) || isOpening(tokens[at]!.text))) at++
  for (; at < to && words.length < 6; at++) {
    const { text, isColon } = tokens[at]!
    // What stands before a colon is a label, though nobody knows which.
    if (isColon || (words.length > 0 && tokens[at + 1]?.isColon)) break
    const bare = text.replace(/^[("«]+/, '')
    const letters = lettersOf(bare)
    const isOfName = words.length === 0 && opensName(tokens, at, to)
    if (!(isOfName || isNameLike(bare, letters, words.length)) || ends.has(letters)) break
    if (letters.length > 0) words.push(bare.replace(/[^\p{L}\p{N}'’-]/gu, ''))
    if (/[,;.)]$/.test(text) && letters.length > 1) {
      at++
      break
    }
  }
  while (words.length > 0 && particles.has(fold(words.at(-1)!).replace(/[^A-Z]/g, ''))) words.pop()
  return { words, to: at }
}

const smallParticles = new Set(['de', 'du', 'des', 'van', 'von', 'der', 'den', 'da', 'dos', 'la'])

/** « de Villiers », « van der Berg »: small words, and a capital behind them. */
function opensName(tokens: readonly Token[], from: number, to: number): boolean {
  if (tokens[from]!.text === 'la') return false
  let at = from
  while (at < to && smallParticles.has(tokens[at]!.text)) at++
  return at > from && at < to && /^\p{Lu}\p{L}/u.test(tokens[at]!.text)
}

const isOpening = (text: string): boolean => /^[-–_.…«"(]+$/.test(text)

function isNameLike(text: string, letters: string, before: number): boolean {
  if (letters.length === 0) return false
  const figures = (text.match(/\d/g) ?? []).length
  if (figures > letters.length / 3) return false
  if (particles.has(letters) && (before > 0 || /^\p{Lu}/u.test(text))) return true
  return /^(?:d['’]\p{Lu}|[\p{Lu}01568|])/u.test(text)
}

/** How a name that was read stands to one that is known. `clear`: not even a bad scan makes one of the other. */
export type Likeness = 'same' | 'near' | 'different' | 'clear'

/** Letters that print joins: capitals mostly have two in their place. */
const joined: Readonly<Record<string, string>> = { Œ: 'OE', Æ: 'AE', ß: 'SS', ẞ: 'SS' }
const unabridged: Readonly<Record<string, string>> = { ST: 'SAINT', STE: 'SAINTE' }

const plain = (name: string): string[] =>
  fold(name)
    .replace(/[ŒÆßẞ]/g, (letter) => joined[letter]!)
    .replace(/['’-]/g, ' ')
    .split(/\s+/)
    .map(lettersOf)
    .filter((word) => word.length > 0)
    .map((word) => (Object.hasOwn(unabridged, word) ? unabridged[word]! : word))

export const isParticle = (word: string): boolean => particles.has(lettersOf(word))

/** The least distance of the known name, as one word, to any run of the words that were read. */
function nearest(read: readonly string[], letters: string, most: number): number {
  let least = Number.POSITIVE_INFINITY
  for (let first = 0; first < read.length; first++) {
    let joined = ''
    for (const word of read.slice(first, first + most)) {
      joined += word
      least = Math.min(least, distance(joined, letters))
    }
  }
  return least
}

/** Is the known family name in what was read? One word or several, with a hyphen or without, says nothing. */
export function likenessOfSurname(words: readonly string[], known: string): Likeness {
  const read = words.flatMap(plain)
  const parts = plain(known)
  const letters = parts.join('')
  const least = nearest(read, letters, parts.length + 2)
  if (least <= sameWithin(letters.length)) return 'same'
  if (least <= Math.max(1, Math.floor(letters.length / 4))) return 'near'
  // One half of a composed name, or all of it but « le » or « de ».
  const hasPart = parts.some((part) => part.length > 3 && nearest(read, part, 1) <= sameWithin(part.length))
  const core = parts.filter((part) => !particles.has(part)).join('')
  if (hasPart || (core.length > 2 && nearest(read, core, 2) <= sameWithin(core.length))) return 'near'
  return least > letters.length * 0.45 ? 'clear' : 'different'
}

/** Is one of the known given names in what was read? An initial is near to every name that it begins. */
export function likenessOfGiven(words: readonly string[], known: string): Likeness | undefined {
  const read = words.flatMap(plain)
  const parts = plain(known)
  const names = [...parts, parts.join('')].filter((name) => name.length > 1)
  if (read.length === 0 || names.length === 0) return undefined
  const likenesses = names.map((name) => likenessOfOne(read, name))
  // « J.P. »
  const initials = parts.map((part) => part.charAt(0)).join('')
  if (read.some((word) => word.length > 1 && word === initials)) likenesses.push('near')
  return (['same', 'near', 'different'] as const).find((one) => likenesses.includes(one)) ?? 'clear'
}

function likenessOfOne(read: readonly string[], name: string): Likeness {
  const least = nearest(read, name, 2)
  if (least <= sameWithin(name.length)) return 'same'
  if (least <= Math.max(1, Math.floor(name.length / 3.5))) return 'near'
  if (read.some((word) => word.length < 5 && name.startsWith(word))) return 'near'
  return least > Math.max(2, name.length * 0.45) ? 'clear' : 'different'
}

const sameWithin = (letters: number): number => (letters < 4 ? 0 : letters < 6 ? 0.5 : letters < 10 ? 1 : 2)
