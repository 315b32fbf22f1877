import { Failure } from '../failure.ts'

/** The beginning of an element, its end, or both in one. Names are without their prefix. */
export type Tag = {
  readonly name: string
  readonly kind: 'opens' | 'closes' | 'alone'
  readonly attributes: ReadonlyMap<string, string>
}

const name = '[A-Za-z_][\\w.-]*(?::[A-Za-z_][\\w.-]*)?'
const token = [
  `<(?<close>/?)(?<name>${name})(?<attributes>(?:\\s+${name}\\s*=\\s*(?:"[^"<]*"|'[^'<]*'))*)\\s*(?<alone>/?)>`,
  '<\\?[^?]*\\?>',
  '<!--(?:(?!--)[\\s\\S])*-->',
  '[^<]+',
].join('|')
const attribute = new RegExp(`(${name})\\s*=\\s*(?:"([^"]*)"|'([^']*)')`, 'g')
const entity = /&(?:#(\d{1,7})|#x([\da-fA-F]{1,6})|(amp|lt|gt|quot|apos));|&/g
const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

/**
 * The elements of an XML file whose text stands in attributes, as they come. It knows what such a file needs and nothing more: a
 * document type, entities of its own, CDATA and elements that do not close are refused, so that no file can be made to swell.
 * @throws Failure words-unreadable with the line
 */
export function* elementsIn(xml: string): Generator<Tag> {
  const tokens = new RegExp(token, 'y')
  const open: string[] = []
  while (tokens.lastIndex < xml.length) {
    const at = tokens.lastIndex
    const groups = tokens.exec(xml)?.groups
    if (!groups) throw unreadableAt(xml, at)
    const { close, name: whole, attributes = '', alone } = groups
    if (whole === undefined) continue
    const kind = close ? 'closes' : alone ? 'alone' : 'opens'
    if (kind === 'opens') open.push(whole)
    const closesIt = kind !== 'closes' || (!alone && attributes === '' && open.pop() === whole)
    const read = closesIt && attributesIn(attributes)
    if (!read) throw unreadableAt(xml, at)
    yield { name: local(whole), kind, attributes: read }
  }
  if (open.length > 0) throw unreadableAt(xml, xml.length)
}

const local = (whole: string): string => whole.slice(whole.indexOf(':') + 1)

/** Undefined where one is there twice, or has an entity that is none of XML's own. */
function attributesIn(text: string): ReadonlyMap<string, string> | undefined {
  const found = new Map<string, string>()
  for (const [, whole, double, single] of text.matchAll(attribute)) {
    const value = withoutEntities(double ?? single ?? '')
    if (value === undefined || found.has(whole!)) return undefined
    found.set(whole!, value)
  }
  return found
}

function withoutEntities(text: string): string | undefined {
  let isKnown = true
  const read = text.replace(entity, (_, decimal?: string, hex?: string, word?: string) => {
    if (word) return named[word]!
    const code = Number.parseInt(decimal ?? hex ?? '', decimal ? 10 : 16)
    isKnown &&= code <= 0x10ffff
    return isKnown ? String.fromCodePoint(code) : ''
  })
  return isKnown ? read : undefined
}

const unreadableAt = (xml: string, at: number): Failure =>
  new Failure('words-unreadable', { line: xml.slice(0, at).split('\n').length })
