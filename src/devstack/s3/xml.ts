import { Refusal } from './refusal.ts'

const escapes: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\r': '&#13;',
}
const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

export type Xml = { readonly markup: string }
type Content = Xml | string | number | boolean | undefined | readonly Xml[]

const render = (content: Content): string => {
  if (content === undefined) return ''
  if (Array.isArray(content)) return content.map((child: Xml) => child.markup).join('')
  if (typeof content === 'object') return (content as Xml).markup
  return String(content).replace(/[&<>"\r]/g, (character) => escapes[character]!)
}

/** One element; undefined contents leave nothing behind. */
export const element = (name: string, ...contents: Content[]): Xml => ({
  markup: `<${name}>${contents.map(render).join('')}</${name}>`,
})

/** Fields in order; those that are undefined are left out. */
export const fields = (values: Readonly<Record<string, string | number | boolean | undefined>>): Xml[] =>
  Object.entries(values)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => element(name, value))

export const xmlDocument = (name: string, ...contents: Content[]): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<${name} xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${contents
    .map(render)
    .join('')}</${name}>`

/** The one document of S3 that has no namespace. */
export const xmlError = (values: Parameters<typeof fields>[0]): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n${element('Error', fields(values)).markup}`

export type Node = { readonly name: string; text: string; readonly children: Node[] }

const unescape = (text: string): string =>
  text.replace(
    /&(?:#x([0-9a-fA-F]+)|#([0-9]+)|(\w+));/g,
    (_, hex?: string, decimal?: string, name?: string) => {
      if (hex) return String.fromCodePoint(Number.parseInt(hex, 16))
      if (decimal) return String.fromCodePoint(Number(decimal))
      return entities[name!] ?? ''
    },
  )

/** Reads the small documents that S3 clients send: elements and text; attributes are skipped, DTDs refused. */
export function parseXml(source: string): Node {
  const root: Node = { name: '', text: '', children: [] }
  const path = [root]
  const token = /<\?[^>]*\?>|<!--[\s\S]*?-->|<(\/?)([\w.:-]+)[^<>]*?(\/?)>|([^<]+)/gy
  while (token.lastIndex < source.length) {
    const found = token.exec(source)
    if (!found) throw new Refusal('MalformedXML')
    const [, closing, name, empty, text] = found
    const here = path.at(-1)!
    if (text !== undefined) here.text += unescape(text)
    else if (name && closing) {
      if (path.length < 2 || path.pop()!.name !== name) throw new Refusal('MalformedXML')
    } else if (name) {
      const child: Node = { name, text: '', children: [] }
      here.children.push(child)
      if (!empty) path.push(child)
    }
  }
  if (path.length !== 1 || root.children.length !== 1) throw new Refusal('MalformedXML')
  return root.children[0]!
}

export const child = (node: Node | undefined, name: string): Node | undefined =>
  node?.children.find((one) => one.name === name)

export const textAt = (node: Node | undefined, name: string): string | undefined =>
  child(node, name)?.text.trim()
