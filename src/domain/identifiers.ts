/*
 * Identifiers that carry their own check. A valid key says that a number was not mistyped, never that it was given out.
 */

/** The Luhn sum (ISO/IEC 7812-1 annex B) of a string of digits is a multiple of ten. */
function passesLuhn(digits: string): boolean {
  let sum = 0
  for (let i = 0; i < digits.length; i++) {
    const digit = Number(digits[digits.length - 1 - i])
    const weighted = i % 2 === 0 ? digit : digit * 2
    sum += weighted > 9 ? weighted - 9 : weighted
  }
  return sum % 10 === 0
}

/** A French company: nine digits. */
export const isSiren = (value: string): boolean => /^\d{9}$/.test(value) && passesLuhn(value)

const laPoste = '356000000'
const laPosteHeadOffice = '35600000000048'

/**
 * A French establishment: its company's SIREN, then five digits. La Poste has too many establishments for Luhn: theirs
 * have a digit sum that is a multiple of five, but for the head office.
 */
export function isSiret(value: string): boolean {
  if (!/^\d{14}$/.test(value)) return false
  if (value.startsWith(laPoste) && value !== laPosteHeadOffice) return digitSum(value) % 5 === 0
  return passesLuhn(value)
}

const digitSum = (digits: string): number => digits.split('').reduce((sum, digit) => sum + Number(digit), 0)

/**
 * A French health establishment: département, then seven digits with a Luhn key. Those of Corsica begin with 2A or 2B,
 * for which no rule of the key is published: they are `unverifiable`, to be taken with a warning.
 */
export function checkFiness(value: string): 'valid' | 'invalid' | 'unverifiable' {
  if (/^2[AB]\d{7}$/.test(value)) return 'unverifiable'
  return /^\d{9}$/.test(value) && passesLuhn(value) ? 'valid' : 'invalid'
}

/** Not known to be wrong; `checkFiness` tells whether it is known to be right. */
export const isFiness = (value: string): boolean => checkFiness(value) !== 'invalid'

const thirteen = /^[1-8]\d{4}(?:\d\d|2[AB])\d{6}$/

/**
 * The two digits after the thirteen of a NIR or NIA: 97 − (N mod 97), where 2A counts as 19 and 2B as 18 (Corsica).
 * Undefined when these are not the thirteen characters of a NIR.
 */
export function nirKey(value: string): string | undefined {
  if (!thirteen.test(value)) return undefined
  const digits = value.replace('2A', '19').replace('2B', '18')
  return String(97 - (Number(digits) % 97)).padStart(2, '0')
}

/** A NIR or NIA with its key, fifteen characters without spaces. */
export const isNir = (fifteen: string): boolean =>
  fifteen.length === 15 && nirKey(fifteen.slice(0, 13)) === fifteen.slice(13)

/** What may stand between the groups of a NIR on one line. */
const gap = '[ \\t.\\u00a0\\u202f]{0,3}'
/** Months run to 12; 20 to 42 and 50 to 99 stand for births of which the month is not known. */
const month = '(?:0[1-9]|1[0-2]|2\\d|3\\d|4[0-2]|[5-9]\\d)'
const groups = ['[1-8]', '\\d\\d', month, '(?:\\d\\d|2[ABab])', '\\d{3}', '\\d{3}', '\\d\\d']
/** Looks ahead only, so that a number that is no NIR hides none that begins inside it. */
const nirs = new RegExp(`(?<![\\p{L}\\d])(?=(${groups.join(gap)})(?![\\p{L}\\d]))`, 'gu')

/**
 * The NIRs with a valid key in a text, each once, as fifteen characters. Groups may be apart by spaces or dots. One
 * number in a hundred passes the key by chance: what is found is a reason to look, not a proof.
 */
export function findNirs(text: string): string[] {
  const found = [...text.matchAll(nirs)].map((match) => match[1]!.replace(/[\s.]/g, '').toUpperCase())
  return [...new Set(found.filter(isNir))]
}
