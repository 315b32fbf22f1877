import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import fontkit from '@cantoo/fontkit'
import { PDFDict, PDFDocument, PDFName, PDFString } from '@cantoo/pdf-lib'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { contentOf } from '../../../src/adapters/splitting/content.ts'
import { createSplitter } from '../../../src/adapters/splitting/splitter.ts'
import { faultOf, mostOwn, OwnText } from '../../../src/domain/own-text.ts'

// Words that small pages carry, and what hostile or careless programs make of them.

const dejavu = readFileSync(createRequire(import.meta.url).resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf'))
const sentence = 'Salarié vu le 12 février 2024, exposé au bruit.'
const size = [300, 100] as const

async function textOfPage(pdf: PDFDocument): Promise<OwnText> {
  const file = Buffer.from(await pdf.save())
  for await (const { ownText } of createSplitter().split(
    contentOf(file),
    'pdf',
    new AbortController().signal,
  ))
    return OwnText.parse(ownText)
  throw new Error('no page')
}

const said = ({ lines }: OwnText): string =>
  lines.map(({ words }) => words.map(({ text }) => text).join(' ')).join('\n')

async function lettered(): Promise<PDFDocument> {
  const pdf = await PDFDocument.create()
  pdf.registerFontkit(fontkit)
  const font = await pdf.embedFont(dejavu, { subset: true })
  pdf.addPage([...size]).drawText(sentence, { x: 10, y: 40, size: 10, font })
  return PDFDocument.load(await pdf.save())
}

/** A page whose content is written by hand, in Helvetica. */
async function written(content: string): Promise<PDFDocument> {
  const pdf = await PDFDocument.create()
  const page = pdf.addPage([...size])
  const font = pdf.context.obj({ Type: 'Font', Subtype: 'Type1', BaseFont: 'Helvetica' })
  page.node.setFontDictionary(PDFName.of('F'), pdf.context.register(font))
  page.node.set(PDFName.of('Contents'), pdf.context.register(pdf.context.flateStream(content)))
  return pdf
}

test('letters of an embedded font come as they are meant', async () => {
  const own = await textOfPage(await lettered())
  expect(said(own)).toBe(sentence)
  expect(faultOf(own)).toBeUndefined()
})

test('a font that does not say its letters is seen', async () => {
  const pdf = await lettered()
  for (const [, object] of pdf.context.enumerateIndirectObjects())
    if (object instanceof PDFDict) object.delete(PDFName.of('ToUnicode'))
  expect(faultOf(await textOfPage(pdf))).toMatch(/unmapped|garbled/)
})

test('words in the colour of the paper are hidden ones, and so are words outside of the page none at all', async () => {
  const white = await textOfPage(await written('1 g BT /F 10 Tf 10 40 Td (Blanc sur blanc) Tj ET'))
  expect(white.lines.flatMap(({ words }) => words).every(({ hidden }) => hidden)).toBe(true)
  const outside = await written('BT /F 10 Tf 10 40 Td (Dedans) Tj 5000 0 Td (Dehors) Tj ET')
  expect(said(await textOfPage(outside))).toBe('Dedans')
})

test.each([
  ['letters', 'abcde '.repeat(800), Math.ceil(mostOwn.letters / 4000) + 5],
  ['words', 'a '.repeat(600), Math.ceil(mostOwn.words / 600) + 5],
])('%s without end are not taken', async (_, row, rows) => {
  const own = await textOfPage(
    await written(`BT /F 0.4 Tf 1 TL 10 95 Td ${`(${row}) Tj T* `.repeat(rows)} ET`),
  )
  expect(own.isTooLong && own.lines.length === 0).toBe(true)
})

test('drawn letters, pictures in forms, and notes are told', async () => {
  const curve = '10 10 m 20 30 30 30 40 10 c f '
  const drawn = await textOfPage(await written(`BT /F 10 Tf 10 40 Td (Un mot) Tj ET ${curve.repeat(700)}`))
  expect(faultOf(drawn)).toBe('drawings')
  const pdf = await written('BT /F 10 Tf 10 40 Td (Un mot) Tj ET')
  const note = { Type: 'Annot', Subtype: 'FreeText', Rect: [10, 10, 90, 30], DA: PDFString.of('/F 9 Tf') }
  pdf.getPage(0).node.addAnnot(pdf.context.register(pdf.context.obj(note)))
  expect(faultOf(await textOfPage(pdf))).toBe('annotations')
})

test('a scan keeps its bytes where its words lie in a form of their own', async () => {
  const pdf = await PDFDocument.create()
  const { context } = pdf
  const jpeg = await sharp({ create: { width: 600, height: 200, channels: 3, background: '#ddd' } })
    .jpeg()
    .toBuffer()
  const page = pdf.addPage([...size])
  const font = context.register(context.obj({ Type: 'Font', Subtype: 'Type1', BaseFont: 'Helvetica' }))
  const form = { Type: 'XObject', Subtype: 'Form', BBox: [0, 0, ...size], Resources: { Font: { F: font } } }
  const words = context.flateStream('BT 3 Tr /F 10 Tf 10 40 Td (Lu par un autre) Tj ET', form)
  page.node.setXObject(PDFName.of('Words'), context.register(words))
  page.node.setXObject(PDFName.of('Im'), (await pdf.embedJpg(jpeg)).ref)
  page.node.set(
    PDFName.of('Contents'),
    context.register(context.flateStream('q 300 0 0 100 0 0 cm /Im Do Q q /Words Do Q')),
  )
  const file = Buffer.from(await pdf.save())
  for await (const taken of createSplitter().split(contentOf(file), 'pdf', new AbortController().signal)) {
    expect(taken.image.equals(jpeg)).toBe(true)
    expect(taken.ownText).toMatchObject({ isImage: true, width: 600, height: 200 })
    expect(said(OwnText.parse(taken.ownText))).toBe('Lu par un autre')
  }
})
