import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { decodePDFRawStream, PDFDict, PDFDocument, PDFName, type PDFRawStream } from '@cantoo/pdf-lib'
import sharp from 'sharp'
import { beforeAll, describe, expect, test } from 'vitest'
import { createAssembler } from '../../../src/adapters/pdf/assembler.ts'
import { codedAnew } from '../../../src/adapters/pdf/coded-anew.ts'
import { codeGroup4 } from '../../../src/adapters/pdf/group-4.ts'
import { pngRows } from '../../../src/adapters/pdf/png-rows.ts'
import { completeFont, embedTextFont, readFace } from '../../../src/adapters/pdf/text-font.ts'
import { g4Tiff } from '../../../src/adapters/splitting/g4-tiff.ts'
import { Failure } from '../../../src/domain/failure.ts'
import type { PdfPage } from '../../../src/ports.ts'
import { bitonal, letter, sheet } from '../splitting/sheets.ts'
import { assemble, each, folder, meta, recognised, run } from './assembled.ts'
import { preflight, preflightAway } from './validity.ts'

const long = letter.map((line) => `${line} ${line.slice(0, 20)}`.trim())
let jpeg: PdfPage
let fax: PdfPage
beforeAll(async () => {
  jpeg = { image: await sheet(letter).jpeg({ quality: 70 }).toBuffer(), mediaType: 'image/jpeg', dpi: 300 }
  fax = { image: await bitonal(sheet(letter)), mediaType: 'image/tiff', dpi: 300 }
})

describe('the way through a document', () => {
  const parts = ['Partie 1, pages 1 à 2', undefined, 'Partie 2, page 3']
  const pages = () => parts.map((part) => ({ ...jpeg, ...(part && { part }) }))

  test('has a bookmark for each part, and labels that name it', async () => {
    const { outlines, pagelabels } = structure(await assemble(pages()))
    expect(outlines.map(({ title, destpageposfrom1 }) => [title, destpageposfrom1])).toEqual([
      ['Partie 1, pages 1 à 2', 1],
      ['Partie 2, page 3', 3],
    ])
    expect(pagelabels).toMatchObject([
      { index: 0, label: { '/S': '/D', '/P': 'u:1-' } },
      { index: 2, label: { '/S': '/D', '/P': 'u:2-' } },
    ])
  })

  test('is its page numbers alone in a document of one part', async () => {
    const { outlines, pagelabels } = structure(await assemble([jpeg, jpeg]))
    expect(outlines).toEqual([])
    expect(pagelabels).toMatchObject([{ index: 0, label: { '/S': '/D' } }])
  })
})

type Structure = {
  outlines: { title: string; destpageposfrom1: number }[]
  pagelabels: { index: number; label: Record<string, string> }[]
}
const structure = (pdf: Buffer): Structure => JSON.parse(run('qpdf', pdf, '--json')) as Structure

describe('the pages of a document', () => {
  test.each([0, 90, 180, 270] as const)(
    'show upright when the scan must be turned by %i degrees',
    async (turn) => {
      for (const source of [jpeg, fax]) {
        const lying = sharp(source.image).rotate((360 - turn) % 360)
        const image = await (source === fax ? bitonal(lying) : lying.jpeg().toBuffer())
        const pdf = await assemble([{ ...source, image, recognition: recognised(letter, { turn }) }])
        expect(run('pdfinfo', pdf)).toMatch(/Page size: +595\.44 x 841\.68 pts \(A4\)/)
        expect(await difference(await rendered(pdf), source.image)).toBeLessThan(3)
      }
    },
  )

  test('are never smaller than PDF/A-2 allows, a single pixel neither', async () => {
    const picture = sharp({ create: { width: 1, height: 1, channels: 3, background: '#fff' } })
    const pixel = { image: await picture.png().toBuffer(), mediaType: 'image/png', dpi: 100 } as const
    expect(run('pdfinfo', await assemble([pixel]))).toMatch(/Page size: +3 x 3 pts/)
  })

  test('keep JPEG bytes as they are, and black and white as Group 4', async () => {
    const pdf = await assemble([jpeg, fax])
    expect(pdf.includes(jpeg.image)).toBe(true)
    expect(run('pdfimages', pdf, '-list').split('\n')).toEqual([
      expect.anything(),
      expect.anything(),
      expect.stringMatching(/rgb +3 +8 +jpeg/),
      expect.stringMatching(/gray +1 +1 +ccitt/),
      '',
    ])
  })

  test('keep clean print without loss, and photographs as JPEG', async () => {
    let seed = 1
    const noise = Buffer.from(
      Array.from({ length: 500 * 700 }, () => 100 + (((seed = (seed * 48271) % 2147483647) >> 8) % 80)),
    )
    const photograph = await sharp(noise, { raw: { width: 500, height: 700, channels: 1 } })
      .toColourspace('b-w')
      .png()
      .toBuffer()
    const print = await sheet(letter).toColourspace('b-w').png().toBuffer()
    const pdf = await assemble(
      [print, photograph].map((image) => ({ image, mediaType: 'image/png', dpi: 300 })),
    )
    expect(run('pdfimages', pdf, '-list')).toMatch(/gray +1 +8 +image[\s\S]*gray +1 +8 +jpeg/)
  })

  test('include blank ones, without text', async () => {
    const blank = { image: await sheet([]).jpeg().toBuffer(), mediaType: 'image/jpeg', dpi: 300 } as const
    const pdf = await assemble([blank, { ...jpeg, recognition: recognised(letter) }])
    expect(run('pdfinfo', pdf)).toMatch(/Pages: +2/)
    expect(run('pdftotext', pdf, '-l', '1').trim()).toBe('')
  })
})

describe('the file', () => {
  test('is the same for the same input, and sound', async () => {
    const pages = [{ ...jpeg, recognition: recognised(letter) }, fax]
    const pdf = await assemble(pages)
    expect(pdf.equals(await assemble(pages))).toBe(true)
    expect(run('qpdf', pdf, '--check')).toContain('No syntax or stream encoding errors')
  })

  test('says its title, language and dates as it was told', async () => {
    const said = run('pdfinfo', await assemble([jpeg]), '-isodates')
    expect(said).toMatch(/Title: +Document <1> & suite/)
    expect(said).toMatch(/CreationDate: +2026-01-02T03:04:05/)
  })

  // No validator of part 2 is at hand: what is valid by part 1, and shows no `.notdef`, breaks no rule of part 2.
  test('is PDF/A-2b where the settings want it: the PDF/A-1b file, but for its version and its part', async () => {
    const pages = [{ ...jpeg, recognition: recognised([...letter, 'αβγ 漢 \u{1F600}']) }, fax]
    const assembler = createAssembler({ conformance: '2b', codePage: codedAnew })
    const pdf = await buffer(await assembler.assemble(each(pages), meta))
    const asPartOne = pdf
      .toString('latin1')
      .replace('%PDF-1.7', '%PDF-1.4')
      .replace('<pdfaid:part>2<', '<pdfaid:part>1<')
    expect(Buffer.from(asPartOne, 'latin1').equals(await assemble(pages))).toBe(true)
    expect(run('qpdf', pdf, '--check')).toContain('No syntax or stream encoding errors')
  })

  test.each(['Évolution', 'αβγ', '漢字', '\u{1F600}', 'שלום', '\u0007', 'ﬁ ́'])(
    'shows no glyph that the face lacks, in %j either (ISO 19005-2, 6.2.11.8)',
    async (text) => {
      const font = await embedTextFont(await PDFDocument.create(), await readFace())
      expect(font.write(text).codes.match(/.{4}/g)).not.toContain('0000')
    },
  )

  // Ghostscript drops a map with longer sections, and nobody reads a letter of what it makes of the file.
  test('tells of any number of letters in sections of a hundred at most, as character maps must', async () => {
    const pdf = await PDFDocument.create()
    const font = await embedTextFont(pdf, await readFace())
    const letters = Array.from({ length: 224 }, (_, at) => String.fromCodePoint(0x100 + at))
    font.write(letters.join(''))
    await pdf.flush()
    completeFont(pdf, font)
    const stream = pdf.context.lookup(font.font.ref, PDFDict).lookup(PDFName.of('ToUnicode')) as PDFRawStream
    const map = Buffer.from(decodePDFRawStream(stream).decode()).toString()
    const sections = [...map.matchAll(/(\d+) beginbfchar\n([^]*?)\nendbfchar/g)].map(([, count, entries]) => {
      expect(entries!.split('\n')).toHaveLength(Number(count))
      return Number(count)
    })
    expect(sections).toEqual([100, 100, 24])
    for (const letter of letters)
      expect(map).toContain(`<${letter.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}>\n`)
  })

  test('fails with a code and the page when an image is none', async () => {
    await expect(assemble([jpeg, { ...jpeg, image: Buffer.from('no image') }])).rejects.toMatchObject({
      code: 'assembly-failed',
      facts: { page: 2 },
    })
  })

  test('has the same bytes whatever was assembled before it', async () => {
    const assembler = createAssembler({ codePage: codedAnew })
    const pdf = async (text: string) =>
      buffer(await assembler.assemble(each([{ ...jpeg, recognition: recognised([text]) }]), meta))
    const first = await pdf('avant')
    await pdf('ŒUVRE 1234 αβγ')
    expect((await pdf('avant')).equals(first)).toBe(true)
  })

  test.skipIf(preflightAway)(`is PDF/A-1b, by PDFBox Preflight${preflightAway}`, async () => {
    const pages = [
      { ...jpeg, recognition: recognised(long, { slope: 0.02 }), part: 'Partie 1, pages 1 à 2' },
      { ...fax, recognition: recognised(letter) },
      { ...jpeg, part: 'Partie 2, page 3' },
    ]
    const file = join(folder, 'pdfa.pdf')
    writeFileSync(file, await assemble(pages))
    expect(preflight(file)).toContain('is a valid PDF/A-1b file')
  })
})

describe('the stream', () => {
  test('gives a page before it asks for the one after the next', async () => {
    let asked = 0
    async function* pages() {
      for (; asked < 50; asked++) yield jpeg
    }
    const pdf = await createAssembler({ codePage: codedAnew }).assemble(pages(), meta)
    let bytes = 0
    for await (const chunk of pdf) {
      bytes += (chunk as Buffer).length
      if (bytes > jpeg.image.length) break
    }
    expect(asked).toBeLessThan(5)
  })

  test('lets go of its pages when nobody wants more of it', async () => {
    let letGo = false
    async function* pages() {
      try {
        for (;;) yield jpeg
      } finally {
        letGo = true
      }
    }
    const pdf = await createAssembler({ codePage: codedAnew }).assemble(pages(), meta)
    for await (const _ of pdf) break
    await expect.poll(() => letGo).toBe(true)
  })

  test('fails with the error of its pages', async () => {
    const damaged = new Failure('staged-object-damaged')
    async function* pages() {
      yield jpeg
      throw damaged
    }
    await expect(buffer(await createAssembler({ codePage: codedAnew }).assemble(pages(), meta))).rejects.toBe(
      damaged,
    )
  })

  test('holds 200 pages, each found where the table says', async () => {
    const image = await sharp({ create: { width: 40, height: 60, channels: 3, background: '#fff' } })
      .jpeg()
      .toBuffer()
    const page = { image, mediaType: 'image/jpeg', dpi: 72 } as const
    const pdf = await assemble(Array.from({ length: 200 }, () => page))
    expect(run('pdfinfo', pdf)).toMatch(/Pages: +200/)
    expect(run('qpdf', pdf, '--check')).toContain('No syntax or stream encoding errors')
  })
})

describe('images that PDF takes as they are', () => {
  test('show as they did: Group 4 of one strip, straight and inverted', async () => {
    const { codes, ...coded } = await codeGroup4(sharp(fax.image))
    const size = { width: coded.width, height: coded.height, dpi: 300 }
    const straight = await assemble([{ ...fax, image: g4Tiff(codes, { ...size, inverted: false }) }])
    expect(straight.includes(codes)).toBe(true)
    expect(await difference(await rendered(straight), fax.image)).toBeLessThan(3)
    const inverted = await assemble([{ ...fax, image: g4Tiff(codes, { ...size, inverted: true }) }])
    const negative = await sharp(fax.image).toColourspace('b-w').negate().png().toBuffer()
    expect(await difference(await rendered(inverted), negative)).toBeLessThan(3)
  })

  test('show as they did: clean print in colour and in grey', async () => {
    for (const picture of [sheet(letter, { ink: '#a01020' }), sheet(letter).toColourspace('b-w')]) {
      const image = await picture.png().toBuffer()
      const pdf = await assemble([{ image, mediaType: 'image/png', dpi: 300 }])
      expect(pdf.includes(pngRows(image)!.rows)).toBe(true)
      expect(await difference(await rendered(pdf), image)).toBeLessThan(3)
    }
  })
})

async function rendered(pdf: Buffer): Promise<Buffer> {
  run('qpdf', pdf, '--check')
  execFileSync('pdftoppm', [
    '-r',
    '60',
    '-gray',
    '-singlefile',
    '-png',
    join(folder, 'document.pdf'),
    join(folder, 'page'),
  ])
  return sharp(join(folder, 'page.png')).toBuffer()
}

/** Mean difference of two pages, seen small, out of 255. */
async function difference(one: Buffer, other: Buffer): Promise<number> {
  const small = (image: Buffer) =>
    sharp(image).flatten().toColourspace('b-w').resize(200, 280, { fit: 'fill' }).raw().toBuffer()
  const [a, b] = [await small(one), await small(other)]
  return a.reduce((sum, value, at) => sum + Math.abs(value - b[at]!), 0) / a.length
}
