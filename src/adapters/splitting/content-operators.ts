/** An operand of a content stream: numbers and names are kept, what else there is only counts as something. */
export type Operand = number | { readonly name: string } | 'other'
export type Operation = { readonly operator: string; readonly operands: readonly Operand[] }

const lexeme =
  /%[^\r\n]*|\/[^\s()<>[\]{}/%]*|[+-]?(?:\d+\.?\d*|\.\d+)(?=$|[\s()<>[\]{}/%])|<<|>>|<[0-9A-Fa-f\s]*>|[[\](]|[^\s()<>[\]{}/%]+/g

/**
 * Reads the operations of a page's content stream (ISO 32000-1, 7.8.2) in order. An inline image yields `BI` and ends
 * the reading: its bytes are no text. @returns nothing more after `BI`.
 */
export function* operationsOf(content: string): Generator<Operation> {
  let operands: Operand[] = []
  const reader = new RegExp(lexeme)
  for (let found = reader.exec(content); found; found = reader.exec(content)) {
    const [token] = found
    if (token.startsWith('%')) continue
    if (token === '(') {
      reader.lastIndex = endOfString(content, reader.lastIndex)
      operands.push('other')
    } else if (token.startsWith('/')) operands.push({ name: token.slice(1) })
    else if (/^[<[\]>]/.test(token)) operands.push('other')
    else if (/^[+-]?[\d.]/.test(token)) operands.push(Number(token))
    else {
      yield { operator: token, operands }
      if (token === 'BI') return
      operands = []
    }
  }
}

/** Where a literal string ends: parentheses nest, a backslash takes the next character with it. */
function endOfString(content: string, from: number): number {
  let depth = 1
  let at = from
  for (; at < content.length && depth > 0; at++) {
    const character = content[at]
    if (character === '\\') at++
    else if (character === '(') depth++
    else if (character === ')') depth--
  }
  return at
}
