import { createHash } from 'node:crypto'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { rawPdf } from '../../../fixtures/generator/hostile/raw-pdf.ts'
import { type Content, contentOf } from '../../../src/adapters/splitting/content.ts'
import { createSplitter } from '../../../src/adapters/splitting/splitter.ts'
import { isInstalled } from '../../tools.ts'

// However a PDF says where its objects are: a page that is one JPEG gives the very bytes of it.

const folder = mkdtempSync(path.join(tmpdir(), 'scelle-structure-'))
afterAll(() => rmSync(folder, { recursive: true }))

const images: Buffer[] = []
beforeAll(async () => {
  for (const background of ['#333', '#777', '#ccc'])
    images.push(
      await sharp({
        create: { width: 306, height: 438, channels: 3, background, noise: { type: 'gaussian', sigma: 30 } },
      })
        .jpeg()
        .toBuffer(),
    )
})

const onlyImage = 'q 147 0 0 210 0 0 cm /Im0 Do Q'
/** Three pages, each with its image; objects 1 and 2 are the catalogue and the tree. */
function scan(shown = onlyImage): Buffer {
  return rawPdf([
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R 6 0 R 9 0 R] /Count 3 >>',
    ...images.flatMap((image, index) => [
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 147 210] /Contents ${4 + index * 3} 0 R /Resources << /XObject << /Im0 ${5 + index * 3} 0 R >> >> >>`,
      { dict: '', stream: Buffer.from(shown) },
      { dict: imageDict, stream: image },
    ]),
  ])
}
const imageDict =
  '/Type /XObject /Subtype /Image /Width 306 /Height 438 /BitsPerComponent 8 /ColorSpace /DeviceRGB /Filter /DCTDecode'

const edited = (file: Buffer, edit: (text: string) => string): Buffer =>
  Buffer.from(edit(file.toString('latin1')), 'latin1')
const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

async function split(content: Content): Promise<string[]> {
  const found: string[] = []
  for await (const { image } of createSplitter().split(content, 'pdf', new AbortController().signal))
    found.push(digest(image))
  return found
}
const wanted = (): string[] => images.map(digest)
/** The file as `qpdf` writes it anew. */
function rewritten(file: Buffer, ...options: string[]): Buffer {
  const [from, to] = [path.join(folder, 'from.pdf'), path.join(folder, 'to.pdf')]
  writeFileSync(from, file)
  execFileSync('qpdf', [...options, from, to])
  return readFileSync(to)
}
/** Turns digits of the table's row of an object. */
const misplaced = (file: Buffer, number: number, place = '0000000017'): Buffer =>
  edited(file, (text) => {
    const row =
      text.lastIndexOf('xref\n', text.lastIndexOf('trailer')) +
      `xref\n0 ${images.length * 3 + 3}\n`.length +
      number * 20
    return text.slice(0, row) + place + text.slice(row + 10)
  })

describe('pages are found', () => {
  test('by a table', async () => expect(await split(contentOf(scan()))).toEqual(wanted()))

  test('by a table behind a head that comes late', async () => {
    const file = Buffer.concat([Buffer.alloc(700, 'x\n'), scan()])
    expect(await split(contentOf(file))).toEqual(wanted())
  })

  test('by tables, the last of which changes one page', async () => {
    const file = scan()
    const start = file.length
    const added = `5 0 obj\n<< /Length ${images[2]!.length} ${imageDict} >>\nstream\n`
    const end = '\nendstream\nendobj\n'
    const table = start + added.length + images[2]!.length + end.length
    const before = /startxref\n(\d+)/.exec(file.toString('latin1'))![1]
    const whole = Buffer.concat([
      file,
      Buffer.from(added),
      images[2]!,
      Buffer.from(
        `${end}xref\n5 1\n${String(start).padStart(10, '0')} 00000 n \ntrailer\n<< /Size 12 /Root 1 0 R /Prev ${before} >>\nstartxref\n${table}\n%%EOF\n`,
      ),
    ])
    expect(await split(contentOf(whole))).toEqual([images[2]!, images[1]!, images[2]!].map(digest))
  })

  test.each([
    ['wrong about one image', (file: Buffer) => misplaced(file, 8)],
    ['wrong about one page', (file: Buffer) => misplaced(file, 6, '9999999999')],
    ['wrong about the page tree', (file: Buffer) => misplaced(file, 2)],
    ['wrong about a place within an image', (file: Buffer) => misplaced(file, 10, '0000000900')],
    [
      'wrong throughout',
      (file: Buffer) => edited(file, (text) => text.replace(/(\d{10}) 00000 n/g, '0000000001 00000 n')),
    ],
    [
      'not where it should be',
      (file: Buffer) => edited(file, (text) => text.replace(/startxref\n\d+/, 'startxref\n12')),
    ],
    [
      'not there',
      (file: Buffer) => edited(file, (text) => text.replace(/xref\n0[^]*trailer\n/, 'trailer\n')),
    ],
    [
      'one that names itself',
      (file: Buffer) =>
        edited(file, (text) => text.replace('/Root', `/Prev ${/startxref\n(\d+)/.exec(text)![1]} /Root`)),
    ],
    [
      'without a trailer',
      (file: Buffer) => edited(file, (text) => text.replace(/xref\n0[^]*startxref\n\d+/, '')),
    ],
  ])('by a table that is %s', async (_, harm) => {
    expect(await split(contentOf(harm(scan())))).toEqual(wanted())
  })

  test.each([
    ['as a number elsewhere', () => '12 0 R'],
    ['as a number that is wrong', () => '17'],
    ['as itself', (index: number) => `${5 + index * 3} 0 R`],
  ])('with images whose length is told %s', async (_, length) => {
    const file = edited(scan(), (text) => {
      let index = 0
      return text.replace(/\/Length \d{4,} /g, () => `/Length ${length(index++)} `)
    })
    expect(await split(contentOf(file))).toEqual(wanted())
  })

  test.runIf(isInstalled('qpdf')).each([
    ['streams of objects', ['--object-streams=generate']],
    ['streams of objects, linear', ['--object-streams=generate', '--linearize']],
    ['a table, linear', ['--object-streams=disable', '--linearize']],
  ])('in what another program makes of it: %s', async (_, options) => {
    expect(await split(contentOf(rewritten(scan(), ...options)))).toEqual(wanted())
  })

  test.runIf(isInstalled('qpdf'))('in streams of objects whose cross-references are lost', async () => {
    const file = rewritten(scan(), '--object-streams=generate')
    const lost = edited(file, (text) => text.replace(/startxref\n\d+/, 'startxref\n12'))
    expect(await split(contentOf(lost))).toEqual(wanted())
  })

  test.runIf(isInstalled('qpdf'))('in streams of objects that are not where they should be', async () => {
    const file = rewritten(scan(), '--object-streams=generate')
    expect(await split(contentOf(moved(file)))).toEqual(wanted())
  })
})

/** All but the cross-references are eight bytes from where those say. */
const moved = (file: Buffer): Buffer =>
  edited(file, (text) =>
    text
      .replace(/\n(?=1 0 obj)/, '\n%%%%%%%\n')
      .replace(/startxref\n(\d+)/, (_, place) => `startxref\n${Number(place) + 8}`),
  )

describe('pages that must be rendered', () => {
  const drawn = () => scan(`${onlyImage} 0 0 9 9 re f`)
  /** Of each page, how light it is: white paper is 255. */
  const lightness = async (file: Buffer): Promise<number[]> => {
    const found: number[] = []
    const signal = new AbortController().signal
    for await (const { image } of createSplitter().split(contentOf(file), 'pdf', signal))
      found.push((await sharp(image).stats()).channels[0]!.mean)
    return found
  }
  test.each([
    ['an image', (file: Buffer) => misplaced(file, 8)],
    ['what is drawn', (file: Buffer) => misplaced(file, 7)],
    ['a page', (file: Buffer) => misplaced(file, 6, '9999999999')],
    ['everything', moved],
  ])('are not shown white where %s is not where it should be', async (_, harm) => {
    const [first, second, third] = await lightness(drawn())
    const seen = await lightness(harm(drawn()))
    expect(seen).toHaveLength(3)
    for (const [index, whole] of [first!, second!, third!].entries())
      expect(Math.abs(seen[index]! - whole)).toBeLessThan(2)
  })

  test.runIf(isInstalled('qpdf'))('are not shown white in an encrypted file', async () => {
    const file = rewritten(drawn(), '--object-streams=disable', '--encrypt', '', 'owner', '256', '--')
    const text = file.toString('latin1')
    const images = [...text.matchAll(/(\d+) 0 obj\s<<[^]*?>>/g)].filter(([head]) =>
      head.includes('DCTDecode'),
    )
    const row = text.indexOf('\n', text.lastIndexOf('\nxref\n') + 6) + 1 + Number(images[1]![1]) * 20
    const harmed = edited(file, () => `${text.slice(0, row)}0000000017${text.slice(row + 10)}`)
    const seen = await lightness(harmed)
    expect(seen).toHaveLength(3)
    expect(Math.max(...seen)).toBeLessThan(250)
  })

  test.runIf(isInstalled('qpdf'))('are not shown white where streams of objects are elsewhere', async () => {
    const seen = await lightness(moved(rewritten(drawn(), '--object-streams=generate')))
    expect(Math.max(...seen)).toBeLessThan(250)
    expect(seen).toHaveLength(3)
  })
})

test('a page whose image is nowhere is refused, not shown white', async () => {
  const file = edited(scan(), (text) => text.replace('8 0 obj', '7 9 obj'))
  await expect(split(contentOf(file))).rejects.toMatchObject({ code: 'file-truncated' })
})

test('of a PDF no more is read than it takes, a little at a time', async () => {
  const file = scan()
  const far = Buffer.concat([
    file.subarray(0, 9),
    Buffer.alloc(2 << 20, '%'),
    Buffer.from('\n'),
    file.subarray(9),
  ])
  const moved = edited(far, (text) =>
    text
      .replace(
        /(\d{10}) 00000 n/g,
        (_, place) => `${String(Number(place) + far.length - file.length).padStart(10, '0')} 00000 n`,
      )
      .replace(/startxref\n(\d+)/, (_, place) => `startxref\n${Number(place) + far.length - file.length}`),
  )
  let total = 0
  const content: Content = {
    bytes: moved.length,
    read: (from, length) => {
      total += Math.min(length, moved.length - from)
      return moved.subarray(from, from + length)
    },
  }
  expect(await split(content)).toEqual(wanted())
  expect(total).toBeLessThan(1 << 20)
})
