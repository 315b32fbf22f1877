import { en } from './say-en.ts'
import { fr } from './say-fr.ts'
import type { Language } from './typography.ts'

/** Every sentence of the command line: one table a language, each as complete as the other. */
export type Say = typeof fr

export const sayIn = (language: Language): Say => ({ fr, en })[language]
