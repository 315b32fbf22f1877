import { toBuffer } from 'bwip-js/node'
import sharp from 'sharp'
import { beforeAll, expect, test } from 'vitest'
import { createBarcodeReader } from '../../../src/adapters/barcodes/reader.ts'
import { createExaminer } from '../../../src/adapters/images/examiner.ts'
import { letter, sheet } from '../splitting/sheets.ts'

const reader = createBarcodeReader()
const onPaper = (millimetres: number): number => Math.round((millimetres / 25.4) * 300)

async function printed(bcid: string, text: string, millimetres: number): Promise<Buffer> {
  const code = await toBuffer({ bcid, text, scale: 8, padding: 2 })
  return sharp(code)
    .flatten({ background: '#fff' })
    .resize(onPaper(millimetres), null, { kernel: 'nearest' })
    .png()
    .toBuffer()
}

const coverText = 'SCELLE1:0190a1b2c3d4:003/012:7:PAT00012'
const ins =
  'IS010000000000000000000000S1253072A07300443S21.2.250.1.213.1.4.8S3ANNE MARIE\x1dS4DE LA FONTAINE\x1dS5FS612-03-1953S72A004'
let cover: Buffer
let labelled: Buffer

beforeAll(async () => {
  cover = await sheet(letter)
    .composite([
      { input: await printed('datamatrix', coverText, 16), left: 300, top: 300 },
      { input: await printed('code128', '0190A1B2-003-012', 80), left: 300, top: 600 },
    ])
    .png()
    .toBuffer()
  labelled = await sheet(letter)
    .composite([{ input: await printed('datamatrix', ins, 14), left: 1900, top: 2900 }])
    .png()
    .toBuffer()
})

test('reads both codes of a cover sheet, from top to bottom, in the cheap view', async () => {
  expect(await reader.read(cover)).toEqual([
    { format: 'DataMatrix', text: coverText },
    { format: 'Code128', text: '0190A1B2-003-012' },
  ])
})

test('reads the same from the view that an examiner made of the page', async () => {
  const { view } = await createExaminer().examine(cover, 'image/png', 300)
  expect(await reader.read(view!)).toEqual(await reader.read(cover))
  const label = await createExaminer().examine(labelled, 'image/png', 300)
  expect(await reader.read(label.view!)).toEqual([{ format: 'DataMatrix', text: ins }])
})

test('refuses a view that is none', async () => {
  await expect(reader.read(Buffer.from('P5 and no more'))).rejects.toMatchObject({ code: 'file-unreadable' })
})

test.each([90, 180, 270])('reads a cover sheet turned by %i degrees', async (turn) => {
  const turned = await sharp(cover).rotate(turn).png().toBuffer()
  expect((await reader.read(turned)).map((code) => code.text)).toContain(coverText)
})

test('reads a cover sheet that was fed askew and scanned badly', async () => {
  const bad = await sharp(cover).rotate(4, { background: '#eee' }).blur(1.2).jpeg({ quality: 50 }).toBuffer()
  expect((await reader.read(bad)).map((code) => code.text)).toContain(coverText)
})

test('keeps the group separators of an INS DataMatrix', async () => {
  expect(await reader.read(labelled)).toEqual([{ format: 'DataMatrix', text: ins }])
})

test('names a code once though both views saw it', async () => {
  expect(await reader.read(cover, { thorough: true })).toHaveLength(2)
})

test('reads a Group 4 page', async () => {
  const bitonal = await sharp(cover)
    .flatten()
    .threshold(140)
    .toColourspace('b-w')
    .tiff({ compression: 'ccittfax4', bitdepth: 1 })
    .toBuffer()
  expect((await reader.read(bitonal)).map((code) => code.text)).toContain(coverText)
})

test('sees no code in print, and no need to look for one', async () => {
  const page = await sheet(letter).png().toBuffer()
  expect((await createExaminer().examine(page, 'image/png', 300)).view).toBeUndefined()
  expect(await reader.read(page, { thorough: true })).toEqual([])
})
