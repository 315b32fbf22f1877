import { PDFiumLibrary } from '@hyzyla/pdfium'
import sharp, { type Sharp } from 'sharp'
import { expect, test } from 'vitest'
import { createBarcodeReader } from '../../../src/adapters/barcodes/reader.ts'
import { printCoverSheets } from '../../../src/adapters/pdf/cover-sheet.ts'
import { type CoverSheet, encodeCoverSheet, sayCoverSheet } from '../../../src/domain/cover-sheet.ts'

const sheets: readonly CoverSheet[] = [
  { batch: 'LOT-2026-042', sequence: 1, count: 9999, patient: 'SP-10231' },
  { batch: 'ABCDEFGHIJKLMNOPQRSTUVWX', sequence: 9999, count: 9999 },
  { batch: 'A', sequence: 1, count: 1, patient: 'Dossier n° 12/é' },
]

type Printed = { texts: string[]; matrixSide: number; matrixEnd: number }

/** Prints, looks at the page at 300 dpi, and measures the DataMatrix in millimetres. */
async function printedPages(language: 'fr' | 'en'): Promise<Printed[]> {
  const library = await PDFiumLibrary.init()
  const document = await library.loadDocument(await printCoverSheets(sheets, { language }))
  const reader = createBarcodeReader()
  const pages: Printed[] = []
  for (const page of document.pages()) {
    const { data, width, height } = await page.render({ scale: 300 / 72, render: 'bitmap' })
    const image = sharp(data, { raw: { width, height, channels: 4 } })
      .flatten({ background: '#fff' })
      .greyscale()
    const codes = await reader.read(await image.clone().png().toBuffer())
    const inked = await inkedRows(image, width)
    const perMillimetre = 300 / 25.4
    pages.push({
      texts: codes.map((code) => `${code.format} ${code.text}`),
      matrixSide: (inked.end - inked.start) / perMillimetre,
      matrixEnd: inked.end / height,
    })
  }
  library.destroy()
  return pages
}

/** The first block of rows with ink: the DataMatrix stands above everything else. */
async function inkedRows(image: Sharp, width: number): Promise<{ start: number; end: number }> {
  const grey = await image.clone().toColourspace('b-w').raw().toBuffer()
  const hasInk = (row: number) => grey.subarray(row * width, (row + 1) * width).some((level) => level < 128)
  let start = 0
  while (!hasInk(start)) start++
  let end = start
  while (hasInk(end)) end++
  return { start, end }
}

test('a printed cover sheet is read back, by scanners and by people', async () => {
  const pages = await printedPages('fr')
  expect(pages.map((page) => page.texts)).toEqual(
    sheets.map((sheet) => [`DataMatrix ${encodeCoverSheet(sheet)}`, `Code128 ${sayCoverSheet(sheet)}`]),
  )
})

test('the DataMatrix is at least 14 mm wide and in the top third', async () => {
  for (const { matrixSide, matrixEnd } of await printedPages('en')) {
    expect(matrixSide).toBeGreaterThanOrEqual(14)
    expect(matrixEnd).toBeLessThan(1 / 3)
  }
})

test('the same sheets give the same bytes', async () => {
  const print = () => printCoverSheets(sheets, { language: 'fr' })
  expect((await print()).equals(await print())).toBe(true)
})
