import fc from 'fast-check'
import { parseXml, type XmlElement, type XmlText } from '@rgrove/parse-xml'
import type { Box, Line, Recognition, Word } from '../../../../src/domain/page.ts'
import type { TextPage } from '../../../../src/domain/text-formats/layout.ts'
import { type TextFormat, writeText } from '../../../../src/domain/text-formats/text-format.ts'

export const word = (text: string, x = 0, y = 0, more: Partial<Word> = {}): Word => ({
  ...{ text, confidence: 95, box: { x0: x, y0: y, x1: x + 80, y1: y + 20 } },
  ...more,
})

/** A line of words side by side. */
export function lineOf(texts: readonly string[], x = 0, y = 0): Line {
  const words = texts.map((text, index) => word(text, x + index * 100, y))
  return { words, box: { x0: x, y0: y, x1: x + texts.length * 100 - 20, y1: y + 20 }, baseline: y + 16 }
}

export const pageOf = (lines: readonly Line[], more: Partial<Recognition> = {}): TextPage => ({
  recognition: {
    ...{ turn: 0, width: 1000, height: 1400, confidence: 90, engine: 'reader-1', lines: [...lines] },
    ...more,
  },
  dpi: 300,
})

export async function written(format: TextFormat, pages: readonly TextPage[]): Promise<string> {
  const parts: string[] = []
  const head = { title: 'document-1', pages: pages.length, engine: 'reader <&> 1' }
  for await (const part of writeText(format, pages, head)) parts.push(part)
  return parts.join('')
}

/** Texts that recognition may give, and such as it should not. */
const texts = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.string({ unit: 'binary', maxLength: 6 }),
  fc
    .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 6 })
    .map((codes) => String.fromCharCode(...codes)),
  fc.constantFrom(
    '<',
    '&amp;',
    ']]>',
    '-->',
    '"',
    "l'été",
    '\u0000',
    '\u001b[2J',
    '\ud800',
    '\uffff',
    '\u0085',
    ' ',
  ),
)
const side = fc.oneof(fc.integer({ min: -50, max: 2000 }), fc.double({ min: -1e6, max: 1e6, noNaN: true }))
const boxes: fc.Arbitrary<Box> = fc.record({ x0: side, y0: side, x1: side, y1: side })
const words: fc.Arbitrary<Word> = fc.record(
  {
    text: texts,
    confidence: fc.double({ min: 0, max: 100, noNaN: true }),
    box: boxes,
    doubtful: fc.constant(true as const),
  },
  { requiredKeys: ['text', 'confidence', 'box'] },
)
const lines: fc.Arbitrary<Line> = fc.record({
  words: fc.array(words, { maxLength: 5 }),
  box: boxes,
  baseline: side,
})

/** Pages of any recognition. */
export const anyPages: fc.Arbitrary<readonly TextPage[]> = fc.array(
  fc.record(
    {
      recognition: fc.record({
        turn: fc.constantFrom(0, 90, 180, 270),
        width: fc.integer({ min: 1, max: 3000 }),
        height: fc.integer({ min: 1, max: 3000 }),
        lines: fc.array(lines, { maxLength: 5 }),
        regions: fc.array(fc.record({ box: boxes, is: fc.constant('unread' as const) }), { maxLength: 3 }),
        recipe: fc.record({ skew: fc.double({ min: -15, max: 15, noNaN: true }) }),
      }),
      dpi: fc.double({ min: 1, max: 2400, noNaN: true }),
    },
    { requiredKeys: ['recognition'] },
  ),
  { maxLength: 3 },
)

/** Elements of a well-formed file in order. @throws where it is none, or an id is there twice */
export function elementsOf(xml: string): readonly XmlElement[] {
  const found: XmlElement[] = []
  const visit = (element: XmlElement): void => {
    found.push(element)
    for (const child of element.children) if (child.type === 'element') visit(child as XmlElement)
  }
  visit(parseXml(xml).root!)
  const ids = found.flatMap(({ attributes: { id, ID } }) => id ?? ID ?? [])
  if (new Set(ids).size < ids.length) throw new Error('an id is there twice')
  return found
}

export const ofClass = (xml: string, name: string): readonly XmlElement[] =>
  elementsOf(xml).filter(({ attributes }) => attributes['class'] === name)
export const named = (xml: string, name: string): readonly XmlElement[] =>
  elementsOf(xml).filter((element) => element.name === name)
export const textIn = (element: XmlElement): string =>
  element.children.map((child) => (child as XmlText).text).join('')
