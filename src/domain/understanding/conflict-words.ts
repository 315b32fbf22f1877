import type { ConflictKind } from './compare.ts'

const words: Readonly<Record<'fr' | 'en', Readonly<Record<ConflictKind, string>>>> = {
  fr: {
    nir: 'NIR',
    name: 'nom',
    'given-names': 'prénom',
    'birth-date': 'date de naissance',
    'file-number': 'numéro de dossier',
  },
  en: {
    nir: 'NIR',
    name: 'name',
    'given-names': 'given names',
    'birth-date': 'birth date',
    'file-number': 'file number',
  },
}

/** `nir, birth-date` as people say it. What is no code of ours stays as it is. */
export const sayConflictKinds = (kinds: string, language: 'fr' | 'en'): string =>
  kinds
    .split(', ')
    .map((kind) => (Object.hasOwn(words[language], kind) ? words[language][kind as ConflictKind] : kind))
    .join(', ')

/** The label on the page, an INS, that was compared before anything was read. */
export const labelAlone: Readonly<Record<'fr' | 'en', string>> = { fr: 'étiquette INS', en: 'INS label' }
