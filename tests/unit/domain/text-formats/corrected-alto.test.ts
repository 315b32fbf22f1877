import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { alto } from '../../../../src/domain/text-formats/alto.ts'
import { correctedAlto } from '../../../../src/domain/text-formats/corrected-alto.ts'
import { hocr } from '../../../../src/domain/text-formats/hocr.ts'
import type { Layout } from '../../../../src/domain/text-formats/layout.ts'
import { plainText } from '../../../../src/domain/text-formats/plain-text.ts'
import { readAlto } from '../../../../src/domain/text-formats/read-alto.ts'
import { type TextFormat, writeLayouts } from '../../../../src/domain/text-formats/text-format.ts'
import { anyPages, elementsOf, lineOf, named, ofClass, pageOf, word, written } from './pages.ts'

const correction = { number: 3, at: '2026-11-22T10:00:00.000Z', by: 'clerk' }
const correct = (xml: string, place: string, text: string, number = 3) =>
  correctedAlto(xml, [{ page: 1, place, text }], { ...correction, number }).xml
const textOf = (xml: string) => plainText.page(layoutOf(xml), 1)
const layoutOf = (xml: string): Layout => ({ ...readAlto(xml)[0]!, dpi: undefined })

/** The lines of a page, each whole, by their ids. */
const linesOf = (xml: string) =>
  new Map([...xml.matchAll(/<TextLine ID="([^"]+)"[\s\S]*?<\/TextLine>/g)].map(([line, id]) => [id!, line]))
const placesOf = (xml: string) =>
  new Map([...xml.matchAll(/<Illustration ID="([^"]+)"[^>]*>/g)].map(([place, id]) => [id!, place]))

const said = fc
  .array(fc.stringMatching(/^[A-Za-zéèœ0-9,.<>&"'-]{1,9}$/), { maxLength: 6 })
  .map((words) => words.join(' '))

describe('whatever was read and is said of it', () => {
  test('every other line and place stays byte for byte, and what was said last is read back', async () => {
    const corrections = fc.array(fc.tuple(fc.nat(), said), { minLength: 1, maxLength: 4 })
    await fc.assert(
      fc.asyncProperty(anyPages, corrections, async ([first], some) => {
        const xml = await written(alto, [first ?? pageOf([lineOf(['Apte'])])])
        const [lines, unread] = [linesOf(xml), placesOf(xml)]
        const places = [...lines.keys(), ...unread.keys()]
        fc.pre(places.length > 0)
        const texts = new Map(some.map(([chance, text]) => [places[chance % places.length]!, text]))
        const now = some.reduce(
          (current, [chance, text], index) =>
            correct(current, places[chance % places.length]!, text, index + 1),
          xml,
        )
        const [linesNow, placesNow] = [linesOf(now), placesOf(now)]
        for (const [id, line] of lines) if (!texts.has(id)) expect(linesNow.get(id)).toBe(line)
        for (const [id, place] of unread) if (!texts.has(id)) expect(placesNow.get(id)).toBe(place)
        expect(new Set([...linesNow.keys(), ...placesNow.keys()])).toEqual(new Set(places))
        const { blocks, nothing } = readAlto(now)[0]!
        for (const [id, text] of texts) {
          const line = blocks.flatMap((block) => block.lines).find((one) => one.id === id)
          expect(line?.words.map((one) => one.text).join(' ') ?? '').toBe(text)
          expect(line?.said ?? nothing.find((one) => one.id === id)?.said).toBeGreaterThan(0)
        }
        expect(elementsOf(now).length).toBeGreaterThan(0)
      }),
    )
  })

  test('words stand inside their line, and lines inside their block', async () => {
    await fc.assert(
      fc.asyncProperty(said, fc.nat(2), async (text, index) => {
        const page = pageOf([lineOf(['un', 'deux', 'trois', 'quatre'], 50, 100), lineOf(['cinq'], 50, 130)], {
          regions: [{ box: { x0: 480, y0: 95, x1: 700, y1: 125 }, is: 'unread' }],
        })
        const place = ['line_1_1_1', 'line_1_1_2', 'unread_1_1'][index]!
        for (const { box, lines } of readAlto(correct(await written(alto, [page]), place, text))[0]!.blocks)
          for (const line of lines) {
            expect([box.x0 <= line.box.x0, box.y1 >= line.box.y1, box.x1 >= line.box.x1]).toEqual([
              true,
              true,
              true,
            ])
            for (const { box: inner } of line.words)
              expect(inner.x0 >= line.box.x0 && inner.x1 <= line.box.x1 && inner.x0 <= inner.x1).toBe(true)
          }
      }),
    )
  })
})

describe('a page that a person read', () => {
  const page = pageOf(
    [
      { ...lineOf(['Conclusion', ':'], 0, 100) },
      {
        ...lineOf(['Apte', 's0us', 'rés3rve'], 0, 140),
        words: [
          word('Apte', 0, 140),
          word('s0us', 100, 140, { confidence: 40, doubtful: true }),
          word('rés3rve', 200, 140),
        ],
      },
    ],
    {
      regions: [
        { box: { x0: 220, y0: 95, x1: 500, y1: 125 }, is: 'unread' },
        { box: { x0: 0, y0: 900, x1: 80, y1: 940 }, is: 'unread' },
      ],
    },
  )
  const before = () => written(alto, [page])

  test('has its words where the others stood, surely, by a correction that says who and when', async () => {
    const xml = correct(await before(), 'line_1_1_2', 'Apte sous réserve')
    const line = named(xml, 'TextLine').find(({ attributes }) => attributes['ID'] === 'line_1_1_2')!
    expect(line.attributes).toMatchObject({ CS: 'true', PROCESSINGREFS: 'correction_3' })
    const strings = named(xml, 'String')
      .slice(2)
      .map(({ attributes }) => attributes)
    expect(strings.map(({ CONTENT, WC, HPOS, TAGREFS }) => [CONTENT, WC, HPOS, TAGREFS])).toEqual([
      ['Apte', '1', '0', undefined],
      ['sous', '1', '100', undefined],
      ['réserve', '1', '200', undefined],
    ])
    expect(xml).toContain(
      '<Processing ID="correction_3"><processingCategory>contentModification</processingCategory><processingDateTime>2026-11-22T10:00:00.000Z</processingDateTime><processingAgency>clerk</processingAgency>',
    )
    expect(xml).toContain('reader &lt;&amp;&gt; 1')
  })

  test('has the words of an unread place where it is read, and other places keep their names', async () => {
    const xml = correct(await before(), 'unread_1_1', 'favorable')
    expect(textOf(xml)).toBe('Conclusion :\nfavorable\nApte s0us rés3rve\n\f')
    expect([...placesOf(xml).keys()]).toEqual(['unread_1_2'])
    const next = correct(xml, 'unread_1_2', 'vu', 4)
    expect(textOf(next)).toBe('Conclusion :\nfavorable\nApte s0us rés3rve\nvu\n\f')
    expect(
      named(next, 'Processing')
        .map(({ attributes }) => attributes['ID'])
        .slice(-2),
    ).toEqual(['correction_3', 'correction_4'])
    expect(textOf(correct(next, 'unread_1_1', 'défavorable', 5))).toContain('Conclusion :\ndéfavorable\n')
  })

  test('says where nothing is to be read, until it is said otherwise', async () => {
    const xml = correct(correct(await before(), 'unread_1_2', ''), 'line_1_1_2', '', 4)
    expect(textOf(xml)).toBe('Conclusion :\n\f')
    expect(placesOf(xml).get('line_1_1_2')).toContain(
      'TYPE="nothing" CS="true" PROCESSINGREFS="correction_4"',
    )
    expect(readAlto(xml)[0]).toMatchObject({
      unread: [{ id: 'unread_1_1' }],
      nothing: [
        { id: 'unread_1_2', said: 3 },
        { id: 'line_1_1_2', said: 4 },
      ],
    })
    expect(textOf(correct(xml, 'line_1_1_2', 'Apte', 5))).toBe('Conclusion :\nApte\n\f')
  })

  test('shares the space of what was replaced among more or fewer words', async () => {
    const boxes = (xml: string, id: string) =>
      readAlto(xml)[0]!
        .blocks[0]!.lines.find((line) => line.id === id)!
        .words.map(({ box }) => [box.x0, box.x1])
    const xml = await before()
    const [apte, ...others] = boxes(correct(xml, 'line_1_1_2', 'Apte avec la réserve'), 'line_1_1_2')
    expect([apte, others[0]![0], others[2]![1]]).toEqual([[0, 80], 100, 280])
    expect(others.flat()).toEqual(others.flat().toSorted((one, other) => one - other))
    expect(boxes(correct(xml, 'line_1_1_2', 'Apte rés3rve'), 'line_1_1_2')).toEqual([
      [0, 80],
      [200, 280],
    ])
    expect(boxes(correct(xml, 'line_1_1_2', 'Inapte'), 'line_1_1_2')).toEqual([[0, 280]])
    expect(boxes(correct(xml, 'line_1_1_2', 'Apte s0us ma rés3rve'), 'line_1_1_2')).toEqual([
      [0, 80],
      [100, 180],
      [180, 200],
      [200, 280],
    ])
  })

  test.each(['line_1_1_9', 'line_2_1_1', 'unread_1_3', 'word_1_1_1_1', 'block_1_1'])(
    'has no place %s',
    async (place) => {
      const xml = await before()
      expect(() => correct(xml, place, 'Apte')).toThrow(
        expect.objectContaining({ code: 'correction-place-unknown', facts: { page: 1, place } }),
      )
    },
  )

  test('says so in hOCR too, and in ALTO of the whole document', async () => {
    const xml = correct(correct(await before(), 'unread_1_1', 'favorable'), 'unread_1_2', '', 4)
    const corrections = [3, 4].map((number) => ({ ...correction, number }))
    const head = { title: 'document-1', pages: 1, engine: 'reader', corrections }
    const all = async (format: TextFormat) => {
      const pages = (async function* () {
        yield layoutOf(xml)
      })()
      let whole = ''
      for await (const part of writeLayouts(format, pages, head)) whole += part
      return whole
    }
    const [inHocr, inAlto] = [await all(hocr), await all(alto)]
    const titles = ['ocr_line', 'ocr_image'].flatMap((name) =>
      ofClass(inHocr, name).map(({ attributes }) => `${attributes['id']} ${attributes['title']}`),
    )
    expect(titles).toEqual([
      expect.not.stringContaining('x_said'),
      expect.stringMatching(/^unread_1_1 .*; x_said 3$/),
      expect.not.stringContaining('x_said'),
      expect.stringMatching(/^unread_1_2 .*; x_nothing 1; x_said 4$/),
    ])
    const ids = elementsOf(inAlto).flatMap(({ attributes }) => attributes['ID'] ?? [])
    for (const { attributes } of elementsOf(inAlto))
      for (const reference of attributes['PROCESSINGREFS']?.split(' ') ?? []) expect(ids).toContain(reference)
    expect(linesOf(inAlto)).toEqual(linesOf(xml))
  })
})

test.each(['<a/>', '<alto><Description></Description><Layout>\n</Layout></alto>'])(
  'no file of a page is corrected: %s',
  (xml) => {
    expect(() => correct(xml, 'line_1_1_1', 'Apte')).toThrow(
      expect.objectContaining({ code: 'words-unreadable' }),
    )
  },
)
