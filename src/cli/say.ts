import { en } from './say-en.ts'
import { fr, type Say } from './say-fr.ts'
import { type Language, typesetAll } from '../domain/typography.ts'

export type { Say }

const tables: Readonly<Record<Language, Say>> = { fr: typesetAll(fr, 'fr'), en: typesetAll(en, 'en') }

/** The sentences of a language, typeset. */
export const sayIn = (language: Language): Say => tables[language]
