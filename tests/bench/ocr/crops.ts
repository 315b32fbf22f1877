import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import sharp from 'sharp'
import type { Corpus } from './corpus.ts'
import type { OurRun } from './ours.ts'
import type { RivalRun } from './rivals.ts'

const run = promisify(execFile)
/** Grey, one bit and colour. */
const shown = ['text', 'fax', 'coloured', 'overwritten'] as const
const dpi = 200
/** Millimetres from the top left corner of the page. */
const part = { left: 17, top: 93, width: 60, height: 22 } as const
const pixels = (millimetres: number): number => Math.round((millimetres * dpi) / 25.4)

/** The same part of the same page as poppler shows it of our PDF (left) and of OCRmyPDF's (right), into `folder`. */
export async function drawCrops(
  corpus: Corpus,
  ours: OurRun,
  rival: RivalRun,
  folder: string,
): Promise<string[]> {
  await mkdir(folder, { recursive: true })
  const scratch = await mkdtemp(path.join(tmpdir(), 'scelle-crops-'))
  try {
    const made: string[] = []
    for (const kind of shown) {
      const place = straightest(corpus, ours, kind)
      const document = ours.documents.find(({ pages }) => pages.includes(corpus.text[place]?.id ?? ''))
      if (!document) continue
      const { id } = corpus.text[place]!
      const left = await cropOf(document.file, document.pages.indexOf(id) + 1, path.join(scratch, 'ours'))
      const right = await cropOf(rival.file!, place + 1, path.join(scratch, 'rival'))
      const file = path.join(folder, `recognition-${kind}.png`)
      await sharp({
        create: {
          width: pixels(part.width) * 2 + 12,
          height: pixels(part.height),
          channels: 3,
          background: '#d33',
        },
      })
        .composite([
          { input: left, left: 0, top: 0 },
          { input: right, left: pixels(part.width) + 12, top: 0 },
        ])
        .png({ palette: true, colours: 32, compressionLevel: 9 })
        .toFile(file)
      made.push(file)
    }
    return made
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}

/** Ours are shown straightened: of a page that lay straight, both show the same part. */
function straightest({ text }: Corpus, { pages }: OurRun, kind: string): number {
  const askew = (id: string): number => Math.abs(pages[id]?.facts.skew ?? Number.POSITIVE_INFINITY)
  const [first] = text.filter((page) => page.kind === kind).toSorted((a, b) => askew(a.id) - askew(b.id))
  return first ? text.indexOf(first) : -1
}

async function cropOf(pdf: string, page: number, name: string): Promise<string> {
  const [x, y, width, height] = [part.left, part.top, part.width, part.height].map(pixels)
  const where = ['-x', x, '-y', y, '-W', width, '-H', height].map(String)
  const which = ['-f', page, '-l', page, '-r', dpi].map(String)
  await run('pdftoppm', ['-png', '-singlefile', ...which, ...where, pdf, name])
  return `${name}.png`
}
