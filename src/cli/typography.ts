export type Language = 'fr' | 'en'

const noBreak = '\u00a0'
const thinNoBreak = '\u202f'

/**
 * Sentences as they are printed in their language. French: an unbreakable space before `:` and inside guillemets, a thin
 * one before `;`, `!` and `?`, a curved apostrophe. English: curved quotation marks in place of guillemets.
 */
export const typeset = (text: string, language: Language): string =>
  language === 'fr' ? french(text) : text.replaceAll('« ', '“').replaceAll(' »', '”')

const french = (text: string): string =>
  text
    .replace(/ ([;!?])/g, `${thinNoBreak}$1`)
    .replace(/ :/g, `${noBreak}:`)
    .replace(/« /g, `«${noBreak}`)
    .replace(/ »/g, `${noBreak}»`)
    .replace(/ %/g, `${noBreak}%`)
    .replace(/(\p{L})'(?=[\p{L}«])/gu, '$1’')

/** `12 345 octets` with digits grouped as the language groups them. */
export const number = (value: number, language: Language): string =>
  new Intl.NumberFormat(language === 'fr' ? 'fr-FR' : 'en-GB').format(value)

/** To the second, in UTC, so that it can be compared with the ledger: `2026-11-22 07:31:05Z`. */
export const moment = (date: Date | null | undefined): string =>
  date ? `${date.toISOString().slice(0, 19).replace('T', ' ')}Z` : '—'
