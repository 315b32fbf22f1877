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
