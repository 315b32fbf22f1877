import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createAssembler, type Wishes } from '../../../src/adapters/pdf/assembler.ts'
import { codedAnew } from '../../../src/adapters/pdf/coded-anew.ts'
import type { DocumentId } from '../../../src/domain/ids.ts'
import type { PdfPage } from '../../../src/ports.ts'
import { seeded } from '../../bench/assembly/pages.ts'
import { bitonal, letter, sheet } from '../splitting/sheets.ts'
import { preflight, preflightAway } from './validity.ts'

const folder = mkdtempSync(join(tmpdir(), 'scelle-compact-'))
afterAll(() => rmSync(folder, { recursive: true }))

const meta = {
  title: 'Document numérisé',
  language: 'fr',
  createdAt: new Date('2026-01-02T03:04:05Z'),
  documentId: '0190a1b2-c3d4-7000-8000-000000000001' as DocumentId,
}

async function assemble(pages: readonly PdfPage[], accessCopy: Wishes['accessCopy'] = 'compact') {
  async function* each() {
    yield* pages
  }
  const pdf = await buffer(await createAssembler({ accessCopy, codePage: codedAnew }).assemble(each(), meta))
  writeFileSync(join(folder, 'document.pdf'), pdf)
  return pdf
}

const said = (tool: string, ...options: string[]): string =>
  execFileSync(tool, [...options, join(folder, 'document.pdf')], { encoding: 'utf8' })

/** One line of `pdfimages -list` for each image: what it is, its colours, its coding. */
const images = (): string[] =>
  said('pdfimages', '-list')
    .trim()
    .split('\n')
    .slice(2)
    .map((line) => line.trim().split(/ +/))
    .map(([, , type, , , colour, , , coding]) => `${type} ${colour} ${coding}`)

const random = seeded(7)
const noise = (length: number, middle: number, spread: number): Buffer =>
  Buffer.from(Uint8Array.from({ length }, () => middle + (random() + random() + random() - 1.5) * spread))

/** A sheet as a scanner sees it: paper that is not white, and noise. */
async function scanOf(ink: string, picture = sheet(letter, { ink })): Promise<PdfPage> {
  const { data, info } = await picture.toColourspace('srgb').raw().toBuffer({ resolveWithObject: true })
  const grain = noise(info.width * info.height, 0, 14)
  for (let at = 0; at < data.length; at++) {
    const level = data[at]! * 0.9 + ((grain[Math.floor(at / 3)]! << 24) >> 24)
    data[at] = Math.max(0, Math.min(255, level))
  }
  const { width, height } = info
  const image = await sharp(data, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 88 })
    .toBuffer()
  return { image, mediaType: 'image/jpeg', dpi: 300 }
}

let black: PdfPage
let blue: PdfPage
beforeAll(async () => {
  black = await scanOf('#181818')
  blue = await scanOf('#2a3f9c')
})

describe('a page of text in a compact copy', () => {
  test('is a coarse background, and ink in its colour where it stands', async () => {
    await assemble([black, blue])
    expect(images()).toEqual([
      ...['image gray jpeg', 'image gray jpeg', 'mask - ccitt'],
      ...['image rgb jpeg', 'image rgb jpeg', 'mask - ccitt'],
    ])
  })

  test('takes less than a tenth of the room, and shows the same words in the same places', async () => {
    const faithful = await assemble([black, blue], 'faithful')
    const before = await rendered(2)
    const compact = await assemble([black, blue])
    expect(compact.length).toBeLessThan(faithful.length / 10)
    expect(await difference(await rendered(2), before)).toBeLessThan(4)
  })

  test.each([90, 180] as const)('shows upright when the scan must be turned by %i degrees', async (turn) => {
    const upright = await assemble([blue])
    const before = await rendered(1)
    expect(upright.length).toBeGreaterThan(0)
    const lying = await sharp(blue.image)
      .rotate((360 - turn) % 360)
      .jpeg({ quality: 88 })
      .toBuffer()
    const recognition = { turn, width: 2481, height: 3507, confidence: 0, engine: 'test', lines: [] }
    await assemble([{ ...blue, image: lying, recognition }])
    expect(await difference(await rendered(1), before)).toBeLessThan(4)
  })

  test('is sound, and PDF/A-1b where Preflight is there to say so', async () => {
    await assemble([black, blue])
    expect(said('qpdf', '--check')).toContain('No syntax or stream encoding errors')
    if (preflightAway) console.log(`Preflight${preflightAway}`)
    else expect(preflight(join(folder, 'document.pdf'))).toContain('is a valid PDF/A-1b file')
  })

  test('says that it is no faithful copy, and which one is', async () => {
    const pdf = await assemble([black])
    expect(said('pdfinfo')).toMatch(
      /Subject: +Copie de consultation compacte : .*La copie fidèle est le fichier/,
    )
    expect(pdf.toString('utf8')).toContain('<dc:description><rdf:Alt><rdf:li xml:lang="x-default">Copie')
  })
})

describe('what a compact copy leaves as it is', () => {
  test('black and white pages', async () => {
    const image = await bitonal(sheet(letter))
    await assemble([{ image, mediaType: 'image/tiff', dpi: 300 }])
    expect(images()).toEqual(['image gray ccitt'])
  })

  test('pages with a photograph, which would become blots', async () => {
    const [width, height] = [1200, 900]
    const grain = await sharp(noise((width * height) / 16, 128, 180), {
      raw: { width: width / 4, height: height / 4, channels: 1 },
    })
      .resize(width, height, { kernel: 'cubic' })
      .toColourspace('b-w')
      .png()
      .toBuffer()
    const picture = sheet(letter).composite([{ input: grain, left: 600, top: 1500 }])
    await assemble([await scanOf('', sharp(await picture.png().toBuffer()))])
    expect(images()).toEqual(['image gray jpeg'])
  })

  test('pages with white print on a dark ground, which the background is too coarse for', async () => {
    const panel = Buffer.from(
      `<svg xmlns="http://www.w3.org/2000/svg" width="1600" height="900"><rect width="100%" height="100%" fill="#333"/><g font-family="DejaVu Sans" font-size="30" fill="#eee">${Array.from({ length: 16 }, (_, line) => `<text x="40" y="${60 + line * 52}">Service de prévention et de santé au travail, ${line} rue des Œillets</text>`).join('')}</g></svg>`,
    )
    const picture = sheet(letter).composite([{ input: panel, left: 400, top: 1500 }])
    await assemble([await scanOf('', sharp(await picture.png().toBuffer()))])
    expect(images()).toEqual(['image gray jpeg'])
  })
})

async function rendered(page: number): Promise<Buffer> {
  const wishes = ['-r', '100', '-f', String(page), '-l', String(page), '-singlefile', '-png']
  execFileSync('pdftoppm', [...wishes, join(folder, 'document.pdf'), join(folder, 'page')])
  return sharp(join(folder, 'page.png')).toBuffer()
}

/** Mean difference of two pages out of 255. */
async function difference(one: Buffer, other: Buffer): Promise<number> {
  const samples = (image: Buffer) => sharp(image).resize(800, 1130, { fit: 'fill' }).raw().toBuffer()
  const [a, b] = [await samples(one), await samples(other)]
  return a.reduce((sum, value, at) => sum + Math.abs(value - b[at]!), 0) / a.length
}
