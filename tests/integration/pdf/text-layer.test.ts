import { beforeAll, describe, expect, test } from 'vitest'
import type { PdfPage } from '../../../src/ports.ts'
import { letter, sheet } from '../splitting/sheets.ts'
import { assemble, recognised, run } from './assembled.ts'

const long = letter.map((line) => `${line} ${line.slice(0, 20)}`.trim())
let jpeg: PdfPage
beforeAll(async () => {
  jpeg = { image: await sheet(letter).jpeg({ quality: 70 }).toBuffer(), mediaType: 'image/jpeg', dpi: 300 }
})

describe('the text of a document', () => {
  test('comes back in reading order, with its accents', async () => {
    const pdf = await assemble([{ ...jpeg, recognition: recognised(letter) }])
    expect(run('pdftotext', pdf).trim().split('\n').filter(Boolean)).toEqual(letter)
  })

  test('comes back line by line from a page that lay askew', async () => {
    const pdf = await assemble([{ ...jpeg, recognition: recognised(long, { slope: 0.035 }) }])
    expect(run('pdftotext', pdf).trim().split('\n').filter(Boolean)).toEqual(long)
  })

  test.each([4, -6, -12])('keeps words apart whose boxes are %i pixels apart', async (gap) => {
    const rows = ['Nom de naissance : NOVARTEIL', 'Né(e) le : 21/02/1966', 'Naissance à : Brest']
    const pdf = await assemble([{ ...jpeg, recognition: recognised(rows, { gap }) }])
    for (const manner of ['-raw', '-layout', '-nopgbrk'])
      expect(
        run('pdftotext', pdf, manner)
          .split('\n')
          .map((line) => line.trim().replace(/ +/g, ' '))
          .filter((line) => /[^\f]/.test(line)),
      ).toEqual(rows)
  })

  test('keeps letters apart that a face would join', async () => {
    const pdf = await assemble([{ ...jpeg, recognition: recognised(['affiche officielle, bref']) }])
    expect(run('pdftotext', pdf).trim()).toBe('affiche officielle, bref')
  })

  test('marks what its face cannot say instead of losing it', async () => {
    const pdf = await assemble([{ ...jpeg, recognition: recognised(['avant 漢 après']) }])
    expect(run('pdftotext', pdf).trim()).toBe('avant \ufffd après')
  })

  test('stands where its word stands', async () => {
    const pdf = await assemble([{ ...jpeg, recognition: recognised(letter) }])
    const [, xMin, yMin, xMax, yMax] = /xMin="(\S+)" yMin="(\S+)" xMax="(\S+)" yMax="(\S+)">Compte</
      .exec(run('pdftotext', pdf, '-bbox'))!
      .map(Number)
    expect(xMin).toBeCloseTo(240 * 0.24, 0)
    expect(xMax).toBeCloseTo((240 + 6 * 26) * 0.24, 0)
    expect(yMin!).toBeLessThan(300 * 0.24)
    expect(yMax!).toBeGreaterThan(300 * 0.24)
  })
})

describe('text that runs up or down a margin', () => {
  test.each(['up', 'down'])('can be found where it stands when it runs %s', async (way) => {
    const texts = ['Association', 'déclarée,', 'SIRET', '(123)']
    const words = texts.map((text, index) => {
      const from = 400 + (way === 'down' ? index : 3 - index) * 320
      return { text, confidence: 95, box: { x0: 60, x1: 100, y0: from, y1: from + text.length * 26 } }
    })
    const notice = { words, box: { x0: 60, x1: 100, y0: 400, y1: 1650 }, baseline: 1650 }
    const upright = recognised(letter)
    const recognition = {
      ...upright,
      lines: [...upright.lines.slice(0, 2), notice, ...upright.lines.slice(2)],
    }
    const pdf = await assemble([{ ...jpeg, recognition }])
    const places = new Map(
      [...run('pdftotext', pdf, '-bbox').matchAll(/<word ([^>]+)>([^<]+)</g)].map(([, place, text]) => [
        text,
        [...place!.matchAll(/"(.+?)"/g)].map(([, figure]) => Number(figure) / 0.24),
      ]),
    )
    for (const { text, box } of words) {
      const [x0, y0, x1, y1] = places.get(text)!
      expect(Math.abs(y0! - box.y0)).toBeLessThan(4)
      expect(Math.abs(y1! - box.y1)).toBeLessThan(4)
      expect([x0! > 45, x1! < 115]).toEqual([true, true])
    }
    expect(places.get('Compte')![0]).toBeCloseTo(240, 0)
    const lines = run('pdftotext', pdf).split('\n')
    expect(lines).toEqual(expect.arrayContaining(letter))
  })
})

describe('searching and copying', () => {
  const rows = ['Évolution clinique favorable', 'Hémoglobine 14,2 g/dl', 'Créatinine 82 µmol/l']

  test('find a word with its accents, and where it stands', async () => {
    const pdf = await assemble([{ ...jpeg, recognition: recognised(rows) }])
    expect(run('pdftotext', pdf)).toContain('Évolution')
    const found = /xMin="(\S+)" yMin="(\S+)" xMax="(\S+)" yMax="(\S+)">Évolution</.exec(
      run('pdftotext', pdf, '-bbox'),
    )!
    const [xMin, yMin, xMax, yMax] = found.slice(1).map(Number)
    expect(xMin).toBeCloseTo(240 * 0.24, 0)
    expect(xMax).toBeCloseTo((240 + 9 * 26) * 0.24, 0)
    expect(yMin! < 300 * 0.24 && yMax! > 300 * 0.24).toBe(true)
  })

  test('give rows back as rows, in both manners of reading', async () => {
    const pdf = await assemble([{ ...jpeg, recognition: recognised(rows, { gap: 300 }) }])
    const lines = (text: string) =>
      text
        .split('\n')
        .map((line) => line.trim().replace(/ +/g, ' '))
        .filter(Boolean)
    expect(lines(run('pdftotext', pdf, '-layout'))).toEqual(rows)
    expect(lines(run('pdftotext', pdf, '-raw'))).toEqual(rows)
  })
})
