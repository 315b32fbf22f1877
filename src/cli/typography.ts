import type { Language } from '../domain/typography.ts'

export type { Language }

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
