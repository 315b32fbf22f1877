/** Tab, line feed, carriage return and the line ends of Unicode: there are none in a word, and attributes would lose them. */
const spaces = /[\t\n\r\u0085\u2028\u2029]+/g
/** Controls (XML 1.0, 2.2, and those that it only discourages), halves of surrogate pairs, and what is no character. */
const forbidden = /[\p{Cc}\p{Cs}\p{Noncharacter_Code_Point}]/gu

/** A text as it may stand in a line of any file. */
export const legible = (text: string): string => text.replace(spaces, ' ').replace(forbidden, '').trim()

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** A legible text as content of an element or between quotation marks, in XML and in HTML. */
export const escaped = (text: string): string => text.replace(/[&<>"']/g, (sign) => entities[sign]!)
