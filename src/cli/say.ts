import { en } from './say-en.ts'
import { fr } from './say-fr.ts'
import { type Language, typesetAll } from './typography.ts'

/** Every sentence of the command line: one table a language, each as complete as the other. */
export type Say = typeof fr

const tables: Readonly<Record<Language, Say>> = { fr: typesetAll(fr, 'fr'), en: typesetAll(en, 'en') }

/** The sentences of a language, typeset. */
export const sayIn = (language: Language): Say => tables[language]
