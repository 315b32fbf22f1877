/** Spaces and line ends of Unicode, as between two words. */
export const isSpace = (character: string): boolean => /^[\s\p{Z}]/u.test(character)

/** Control characters, halves of surrogate pairs, private and unassigned code points: a glyph that nobody knows the letter of. */
export const isUnmapped = (character: string): boolean => /^[\p{Cc}\p{Cs}\p{Co}\p{Cn}\ufffd]/u.test(character)

/** What is no letter, and what is invisible or turns the direction of reading. */
const left = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\ufffd]/gu
/** Two or three letters that print joins: searched for, they are typed one by one. */
const ligatures = /[\ufb00-\ufb06]/g
/** More combining marks on one letter than any language puts there. */
const heaps = /(\p{M}{3})\p{M}+/gu
const longestWord = 100

/** A word of a file as it may stand in any of ours; empty where nothing is left of it. */
export const cleanWord = (text: string): string =>
  Array.from(
    text
      .replace(left, '')
      .replace(/[\s\p{Z}]+/gu, '')
      .replace(ligatures, (joined) => joined.normalize('NFKC'))
      .normalize('NFC')
      .replace(heaps, '$1'),
  )
    .slice(0, longestWord)
    .join('')
