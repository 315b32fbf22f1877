import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Box } from '../../../../src/domain/page.ts'
import { alto } from '../../../../src/domain/text-formats/alto.ts'
import { legible } from '../../../../src/domain/text-formats/characters.ts'
import { hocr } from '../../../../src/domain/text-formats/hocr.ts'
import { layOut, type TextPage } from '../../../../src/domain/text-formats/layout.ts'
import { plainText } from '../../../../src/domain/text-formats/plain-text.ts'
import { writeText } from '../../../../src/domain/text-formats/text-format.ts'
import { anyPages, elementsOf, lineOf, named, ofClass, pageOf, textIn, word, written } from './pages.ts'

const wordsOf = (pages: readonly TextPage[]): string[] =>
  pages.flatMap(({ recognition }) =>
    recognition.lines.flatMap((line) => line.words.map(({ text }) => legible(text)).filter(Boolean)),
  )
const hocrWords = (xml: string) => ofClass(xml, 'ocrx_word').map(textIn)
const altoWords = (xml: string) => named(xml, 'String').map(({ attributes }) => attributes['CONTENT']!)

/** Numbers after a property of hOCR. */
const property = (title: string, name: string): number[] =>
  title
    .split('; ')
    .find((one) => one.startsWith(`${name} `))
    ?.split(' ')
    .slice(1)
    .map(Number) ?? []

describe('whatever was recognised', () => {
  test('is well-formed, with every word once and in order', async () => {
    await fc.assert(
      fc.asyncProperty(anyPages, async (pages) => {
        expect(hocrWords(await written(hocr, pages))).toEqual(wordsOf(pages))
        expect(altoWords(await written(alto, pages))).toEqual(wordsOf(pages))
        expect((await written(plainText, pages)).split(/[ \n\f]+/).filter(Boolean)).toEqual(
          wordsOf(pages).flatMap((text) => text.split(' ').filter(Boolean)),
        )
      }),
    )
  })

  test('has its boxes in whole pixels inside the page', async () => {
    await fc.assert(
      fc.asyncProperty(anyPages, async (pages) => {
        const xml = [await written(hocr, pages), await written(alto, pages)] as const
        pages.forEach(({ recognition: { width, height } }, index) => {
          for (const [x0, y0, x1, y1] of [...hocrBoxes(xml[0], index + 1), ...altoBoxes(xml[1], index + 1)]) {
            expect([x0, y0, x1, y1].every(Number.isInteger)).toBe(true)
            expect(0 <= x0 && x0 <= x1 && x1 <= width && 0 <= y0 && y0 <= y1 && y1 <= height).toBe(true)
          }
        })
      }),
    )
  })

  test('has each word inside its line, and each line inside its block', () => {
    const holds = (outer: Box, inner: Box) =>
      outer.x0 <= inner.x0 && outer.y0 <= inner.y0 && outer.x1 >= inner.x1 && outer.y1 >= inner.y1
    fc.assert(
      fc.property(anyPages, (pages) => {
        for (const { lines, box } of pages.flatMap((page) => layOut(page).blocks)) {
          expect(lines.every((line) => holds(box, line.box))).toBe(true)
          expect(lines.every((line) => line.words.every((one) => holds(line.box, one.box)))).toBe(true)
        }
      }),
    )
  })

  test('is written the same each time', async () => {
    await fc.assert(
      fc.asyncProperty(anyPages, fc.constantFrom(hocr, alto, plainText), async (pages, format) => {
        expect(await written(format, pages)).toBe(await written(format, structuredClone(pages)))
      }),
      { numRuns: 20 },
    )
  })

  test('has no character that could steer a terminal or break a file', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
        expect(legible(text)).not.toMatch(/[\u0000-\u001f\u007f-\u009f\ufffe\uffff]/)
      }),
    )
  })
})

type Corners = readonly [number, number, number, number]
const onPage = (id: string | undefined, number: number) => id?.split('_')[1] === String(number)
const placed = new Set(['ocr_page', 'ocr_carea', 'ocr_line', 'ocrx_word', 'ocr_image'])
const hocrBoxes = (xml: string, number: number): Corners[] =>
  elementsOf(xml)
    .filter(({ attributes }) => placed.has(attributes['class'] ?? '') && onPage(attributes['id'], number))
    .map(({ attributes }) => property(attributes['title']!, 'bbox') as unknown as Corners)
const altoBoxes = (xml: string, number: number): Corners[] =>
  elementsOf(xml)
    .filter(({ name, attributes }) => name !== 'Page' && onPage(attributes['ID'], number))
    .map(({ attributes: { HPOS, VPOS, WIDTH, HEIGHT } }) => {
      const [x, y] = [Number(HPOS), Number(VPOS)]
      return [x, y, x + Number(WIDTH), y + Number(HEIGHT)]
    })

test.each([
  ['<b>', '&lt;b&gt;'],
  ['A&B', 'A&amp;B'],
  ['"5', '&quot;5'],
  ["l'été", 'l&#39;été'],
  ['a\u0000b\u001bc\uffff', 'abc'],
  ['a\ud800b', 'ab'],
  ['𝒳\u00ad', '𝒳\u00ad'],
])('of %j stays what it says, in both formats', async (text, expected) => {
  const page = pageOf([lineOf([text])])
  expect(await written(hocr, [page])).toContain(`>${expected}</span>`)
  expect(await written(alto, [page])).toContain(`CONTENT="${expected}"`)
})

test('a word of which no character may be written is left out, and a line without words', async () => {
  const page = pageOf([lineOf(['\u0007', 'Apte']), lineOf(['\u0000'], 0, 40), lineOf([], 0, 80)])
  expect(hocrWords(await written(hocr, [page]))).toEqual(['Apte'])
  expect(named(await written(alto, [page]), 'TextLine')).toHaveLength(1)
  expect(await written(plainText, [page])).toBe('Apte\n\f')
})

describe('hOCR', () => {
  const titles = async (page: TextPage, name: string) =>
    ofClass(await written(hocr, [page]), name).map(({ attributes }) => attributes['title']!)

  test('says in its head what made it and what it may hold', async () => {
    const metas = named(await written(hocr, [pageOf([]), pageOf([])]), 'meta').map(
      ({ attributes }) => attributes,
    )
    const content = (name: string) => metas.find((meta) => meta['name'] === name)?.['content']
    expect(content('ocr-system')).toBe('reader <&> 1')
    expect(content('ocr-number-of-pages')).toBe('2')
    expect(content('ocr-capabilities')?.split(' ')).toEqual(
      expect.arrayContaining(['ocr_page', 'ocr_carea', 'ocr_line', 'ocrx_word']),
    )
  })

  test('says the size of a page, its number from 0, its resolution where it is known, how it was turned', async () => {
    const page = pageOf([], { turn: 90 })
    expect(await titles(page, 'ocr_page')).toEqual([
      'bbox 0 0 1000 1400; ppageno 0; scan_res 300 300; x_turn 90',
    ])
    const { recognition } = pageOf([])
    expect(await titles({ recognition }, 'ocr_page')).toEqual(['bbox 0 0 1000 1400; ppageno 0'])
  })

  test('gives each word its confidence, and marks the doubtful ones', async () => {
    const line = {
      ...lineOf([]),
      words: [
        word('Apte', 0, 0, { confidence: 96.4 }),
        word('au', 90, 0, { confidence: 31, doubtful: true }),
      ],
    }
    const found = await titles(pageOf([line]), 'ocrx_word')
    expect(found).toEqual(['bbox 0 0 80 20; x_wconf 96', 'bbox 90 0 170 20; x_wconf 31; x_doubtful 1'])
  })

  test('measures the baseline from the bottom left of its line, and lets it fall as the page was askew', async () => {
    const line = lineOf(['Apte', 'au', 'poste'], 100, 200)
    expect(await titles(pageOf([line]), 'ocr_line')).toEqual(['bbox 100 200 380 220; baseline 0 -4'])
    const [askew] = await titles(pageOf([line], { recipe: { skew: 2 } }), 'ocr_line')
    const [fall, start] = property(askew!, 'baseline')
    expect(fall).toBeCloseTo(Math.tan((2 * Math.PI) / 180), 2)
    expect(start).toBe(-9)
  })

  test('shows where something stands that could not be read', async () => {
    const regions = [{ is: 'unread' as const, box: { x0: 10.4, y0: 20.6, x1: 30.2, y1: 1500 } }]
    expect(await titles(pageOf([], { regions }), 'ocr_image')).toEqual(['bbox 10 20 31 1400; x_unread 1'])
  })
})

describe('ALTO', () => {
  test('counts in pixels and names the software, in elements of version 4', async () => {
    const xml = await written(alto, [pageOf([])])
    expect(named(xml, 'MeasurementUnit').map(textIn)).toEqual(['pixel'])
    expect(named(xml, 'softwareName').map(textIn)).toEqual(['reader <&> 1'])
    expect(named(xml, 'alto')[0]!.attributes['xmlns']).toBe('http://www.loc.gov/standards/alto/ns-v4#')
    expect(named(xml, 'OCRProcessing')).toEqual([])
  })

  test('has a space between two words, at its place where there is one', async () => {
    const line = { ...lineOf([]), words: [word('a', 0), word('b', 100), word('c', 120)] }
    const spaces = named(await written(alto, [pageOf([line])]), 'SP').map(({ attributes }) => attributes)
    expect(spaces).toEqual([{ HPOS: '80', VPOS: '0', WIDTH: '20' }, {}])
  })

  test('gives confidences from 0 to 1, and tags the doubtful words', async () => {
    const line = {
      ...lineOf([]),
      words: [word('a', 0, 0, { confidence: 96.4 }), word('b', 100, 0, { doubtful: true })],
    }
    const xml = await written(alto, [pageOf([line])])
    expect(named(xml, 'String').map(({ attributes: { WC, TAGREFS } }) => [WC, TAGREFS])).toEqual([
      ['0.96', undefined],
      ['0.95', 'doubtful'],
    ])
    expect(named(xml, 'OtherTag').map(({ attributes }) => attributes['ID'])).toEqual(['doubtful'])
  })

  test('says by what step a page that was scanned lying was turned', async () => {
    const xml = await written(alto, [pageOf([], { turn: 270 }), pageOf([])])
    expect(named(xml, 'Page').map(({ attributes }) => attributes['PROCESSINGREFS'])).toEqual([
      'turned_270 reading',
      'reading',
    ])
    expect(named(xml, 'Processing').map(({ attributes }) => attributes['ID'])).toContain('turned_270')
  })

  test('shows where something stands that could not be read', async () => {
    const regions = [{ is: 'unread' as const, box: { x0: 10, y0: 20, x1: 30, y1: 50 } }]
    const [place] = named(await written(alto, [pageOf([], { regions })]), 'Illustration')
    expect(place!.attributes).toMatchObject({
      TYPE: 'unread',
      HPOS: '10',
      VPOS: '20',
      WIDTH: '20',
      HEIGHT: '30',
    })
  })
})

describe('lines are of one block', () => {
  const blocks = async (...lines: ReturnType<typeof lineOf>[]) =>
    ofClass(await written(hocr, [pageOf(lines)]), 'ocr_carea').length

  test('when they stand under one another', async () => {
    expect(await blocks(lineOf(['a', 'b'], 0, 0), lineOf(['c'], 0, 30), lineOf(['d'], 20, 60))).toBe(1)
  })
  test('and not across a gap of more than a line', async () => {
    expect(await blocks(lineOf(['a'], 0, 0), lineOf(['b'], 0, 60))).toBe(2)
  })
  test('also on a page that is askew, where their boxes reach into one another', async () => {
    const slope = Math.tan((5 * Math.PI) / 180)
    const askew = ['a', 'b'].map((text, row) => {
      const boxes = [0, 300, 600].map((x) => word(text, x, 30 * row + x * slope))
      return {
        words: boxes,
        box: { x0: 0, y0: 30 * row, x1: 680, y1: 30 * row + 20 },
        baseline: 16 + 30 * row + 340 * slope,
      }
    })
    const xml = await written(hocr, [pageOf(askew, { recipe: { skew: 5 } })])
    expect(ofClass(xml, 'ocr_carea')).toHaveLength(1)
  })
  test('nor from one column to the next', async () => {
    expect(await blocks(lineOf(['a'], 0, 0), lineOf(['b'], 0, 30), lineOf(['c'], 500, 0))).toBe(2)
  })
})

test('pages are written one by one: none is asked for before the one before it was taken', async () => {
  let asked = 0
  function* pages() {
    for (; asked < 3; ) {
      asked++
      yield pageOf([lineOf([`page ${asked}`])])
    }
  }
  const parts = writeText(hocr, pages(), { title: 'document-1', pages: 3, engine: 'reader-1' })
  await parts.next()
  expect(asked).toBe(0)
  await parts.next()
  expect(asked).toBe(1)
})
