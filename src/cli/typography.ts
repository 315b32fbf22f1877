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

/** Every sentence of a table, and of what its functions say, typeset. */
export function typesetAll<Texts>(texts: Texts, language: Language): Texts {
  if (typeof texts === 'string') return typeset(texts, language) as Texts
  if (typeof texts === 'function')
    return ((...given: unknown[]) =>
      typesetAll((texts as (...given: unknown[]) => unknown)(...given), language)) as Texts
  if (Array.isArray(texts)) return texts.map((text: unknown) => typesetAll(text, language)) as Texts
  return Object.fromEntries(
    Object.entries(texts as object).map(([key, text]: [string, unknown]) => [
      key,
      typesetAll(text, language),
    ]),
  ) as Texts
}

const localeOf = (language: Language): string => (language === 'fr' ? 'fr-FR' : 'en-GB')

/** `92 %` */
export const percent = (share: number, language: Language): string =>
  new Intl.NumberFormat(localeOf(language), { style: 'percent' }).format(share)

/** `12 345 octets` with digits grouped as the language groups them. */
export const number = (value: number, language: Language): string =>
  new Intl.NumberFormat(localeOf(language)).format(value)

/** To the second, in UTC, so that it can be compared with the ledger: `2026-11-22 07:31:05Z`. */
export const moment = (date: Date | null | undefined): string =>
  date ? `${date.toISOString().slice(0, 19).replace('T', ' ')}Z` : '—'
