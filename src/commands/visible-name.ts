/** Control characters, and marks that are invisible or turn the direction of reading. */
const deceiving = /[\p{Cc}\p{Cs}\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu

/** A file name as a line of text shows it: what could make it look like another, or like more lines, is written `\u{…}`. */
export const visibleName = (name: string): string =>
  name.replace(deceiving, (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`)
