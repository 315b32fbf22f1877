import type { Role } from './findings.ts'
import { distance, lettersOf } from './folding.ts'
import type { TextLine } from './page-text.ts'

/** Words of sentences that say of whom the next name, or date of birth, is. */
const words: Readonly<Record<'relative' | 'professional', ReadonlySet<string>>> = {
  relative: new Set([
    ...[
      'EPOUSE',
      'EPOUX',
      'CONJOINT',
      'CONJOINTE',
      'MARI',
      'FEMME',
      'FILS',
      'FILLE',
      'ENFANT',
      'ENFANTS',
      'PERE',
    ],
    ...[
      'MERE',
      'FRERE',
      'SOEUR',
      'SŒUR',
      'COMPAGNE',
      'COMPAGNON',
      'CONCUBIN',
      'CONCUBINE',
      'PARTENAIRE',
      'JUMEAU',
    ],
    ...['JUMELLE', 'COUSIN', 'COUSINE', 'ONCLE', 'TANTE', 'VOISIN', 'VOISINE', 'PARENT', 'PARENTS', 'TUTEUR'],
  ]),
  professional: new Set([
    ...[
      'DOCTEUR',
      'DR',
      'PROFESSEUR',
      'PR',
      'MEDECIN',
      'CONFRERE',
      'CONSOEUR',
      'INFIRMIERE',
      'INFIRMIER',
      'COLLEGUE',
    ],
    ...[
      'EMPLOYEUR',
      'RESPONSABLE',
      'ASSISTANTE',
      'KINESITHERAPEUTE',
      'DIRECTEUR',
      'DIRECTRICE',
      'SECRETAIRE',
      'CHEF',
    ],
    ...[
      'PSYCHOLOGUE',
      'ERGONOME',
      'DRH',
      'CHIRURGIEN',
      'CARDIOLOGUE',
      'PNEUMOLOGUE',
      'BIOLOGISTE',
      'SUPERIEUR',
    ],
  ]),
}
const farthest = 5

/**
 * Of whom a sentence speaks at a place: by the nearest such word before it, in its line or, at the head of a line, at the
 * end of the one before. Undefined: it does not say.
 */
export function roleInContext(lines: readonly TextLine[], number: number, at: number): Role | undefined {
  const before = lines[number]!.tokens.slice(Math.max(0, at - farthest), at)
  const above = at < 2 && number > 0 ? lines[number - 1]!.tokens.slice(-3) : []
  for (const { text, isColon } of [...above, ...before].toReversed()) {
    if (isColon || (/[.!?]$/.test(text) && text.length > 4)) return undefined
    const letters = lettersOf(text)
    if (isAmong(words.relative, letters)) return 'relative'
    if (isAmong(words.professional, letters)) return 'professional'
  }
  return undefined
}

/** A longer word may have a letter misread. */
const isAmong = (words: ReadonlySet<string>, letters: string): boolean =>
  words.has(letters) ||
  (letters.length > 4 && [...words].some((word) => word.length > 4 && distance(word, letters, 1) <= 1))
