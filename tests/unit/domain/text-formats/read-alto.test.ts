import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { alto } from '../../../../src/domain/text-formats/alto.ts'
import { elementsIn } from '../../../../src/domain/text-formats/elements.ts'
import { layOut } from '../../../../src/domain/text-formats/layout.ts'
import { named, type NamedLayout } from '../../../../src/domain/text-formats/place-ids.ts'
import { readAlto } from '../../../../src/domain/text-formats/read-alto.ts'
import { anyPages, lineOf, pageOf, word, written } from './pages.ts'

/** As ALTO can say it: whole percents, no resolution. */
const inAlto = ({ dpi: _, ...layout }: NamedLayout) => ({
  ...layout,
  blocks: layout.blocks.map((block) => ({
    ...block,
    lines: block.lines.map(({ words, box, baseline, id }) => ({
      ...{ id, box, baseline: { left: baseline.left + 0, right: baseline.right + 0 } },
      words: words.map(({ text, box, confidence, doubtful }) => ({
        ...{ text, box, confidence: Math.round(confidence) },
        ...(doubtful && { doubtful }),
      })),
    })),
  })),
})

test('gives back all that was written, whatever was recognised', async () => {
  await fc.assert(
    fc.asyncProperty(anyPages, async (pages) => {
      expect(readAlto(await written(alto, pages))).toEqual(
        pages.map((page, index) => inAlto(named(layOut(page), index + 1))),
      )
    }),
  )
})

test('keeps turn, doubts, places that were not read, and signs of XML in words', async () => {
  const page = pageOf(
    [{ ...lineOf(['a']), words: [word(`<'&amp;">`, 10, 20, { confidence: 41.6, doubtful: true })] }],
    { turn: 270, regions: [{ box: { x0: 1, y0: 2, x1: 3, y1: 4 }, is: 'unread' }] },
  )
  const [read] = readAlto(await written(alto, [page]))
  expect(read).toMatchObject({ turn: 270, unread: [{ x0: 1, y0: 2, x1: 3, y1: 4 }] })
  expect(read!.blocks[0]!.lines[0]!.words).toEqual([
    { text: `<'&amp;">`, confidence: 42, doubtful: true, box: { x0: 10, y0: 20, x1: 90, y1: 40 } },
  ])
})

describe('what is no file of words', () => {
  const line = (text: string) => () => [...elementsIn(text)]
  test.each([
    ['a document type', '<!DOCTYPE a [<!ENTITY b "c">]><a/>', 1],
    ['an entity of its own', '<a>\n<b c="&d;"/></a>', 2],
    ['an attribute that is there twice', '<a b="1" b="2"/>', 1],
    ['an element that another closes', '<a>\n\n</b>', 3],
    ['an element that nothing closes', '<a>\n<b/>', 2],
    ['an end that nothing opened', '</a>', 1],
    ['a sign that no character has', '<a b="&#x110000;"/>', 1],
    ['CDATA', '<a><![CDATA[b]]></a>', 1],
    ['half an element', '<a', 1],
  ])('is refused, with its line: %s', (_, text, at) => {
    expect(line(text)).toThrow(expect.objectContaining({ code: 'words-unreadable', facts: { line: at } }))
  })

  test.each([
    '<Page WIDTH="10"/>',
    '<Page WIDTH="a" HEIGHT="1"/>',
    '<Page WIDTH="1" HEIGHT="1" PROCESSINGREFS="turned_45"/>',
    '<Page WIDTH="1" HEIGHT="1"><TextLine HPOS="0" VPOS="0" WIDTH="1" HEIGHT="1" BASELINE="0,0 1,1"/></Page>',
    '<Page WIDTH="1" HEIGHT="1"><String HPOS="0" VPOS="0" WIDTH="1" HEIGHT="1" WC="1"/></Page>',
  ])('is refused: %s', (text) => {
    expect(() => readAlto(text)).toThrow(expect.objectContaining({ code: 'words-unreadable' }))
  })

  test('takes no longer for being hostile', () => {
    const hostile = [`<a ${'b '.repeat(200_000)}`, `<a${' '.repeat(400_000)}`, `<!--${'-'.repeat(400_000)}`]
    for (const text of hostile)
      expect(line(text)).toThrow(expect.objectContaining({ code: 'words-unreadable' }))
  })
})
