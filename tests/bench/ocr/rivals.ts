import { execFile } from 'node:child_process'
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { preparePage } from '../../../src/adapters/images/prepared-page.ts'
import type { CorpusPage } from './corpus.ts'
import { type Measured, measured } from './measured.ts'
import type { OurRun } from './ours.ts'

/** What another program did with the same pages. */
export type RivalRun = Measured & {
  readonly name: string
  readonly command: string
  readonly texts: Readonly<Record<string, string>>
  readonly file?: string
  readonly bytes?: number
}

const run = promisify(execFile)

/** The pages in one PDF, each as it is (img2pdf, which Debian's ocrmypdf brings along). */
async function onePdf(pages: readonly CorpusPage[], folder: string): Promise<string> {
  const scans = path.join(folder, 'scans')
  await rm(scans, { recursive: true, force: true })
  await mkdir(scans, { recursive: true })
  for (const { file, bytes } of pages) await writeFile(path.join(scans, file), bytes)
  const pdf = path.join(folder, 'scans.pdf')
  const files = pages.map(({ file }) => path.join(scans, file))
  await run('/usr/bin/python3', ['-m', 'img2pdf', '--rotation=ifvalid', '-o', pdf, ...files])
  return pdf
}

const ways = {
  ocrmypdf: ['-l', 'fra', '--jobs', '2'],
  'ocrmypdf-clean': ['-l', 'fra', '--jobs', '2', '--deskew', '--rotate-pages', '--clean'],
  /** Reads nothing: what its best lossless-looking files weigh. */
  'ocrmypdf-small': ['-l', 'fra', '--jobs', '2', '--tesseract-timeout', '0', '--optimize', '2'],
} as const
export type Way = keyof typeof ways
export const isWay = (name: string): name is Way => name in ways

export async function ocrmypdf(name: Way, pages: readonly CorpusPage[], folder: string): Promise<RivalRun> {
  await mkdir(folder, { recursive: true })
  const [input, file, sidecar] = [
    await onePdf(pages, folder),
    path.join(folder, `${name}.pdf`),
    path.join(folder, `${name}.txt`),
  ]
  const options = ways[name]
  const said = await measured('ocrmypdf', ['--quiet', ...options, '--sidecar', sidecar, input, file])
  const texts = pagesOf(await readFile(sidecar, 'utf8').catch(() => ''), pages)
  const bytes = (await stat(file).catch(() => undefined))?.size
  return { name, command: `ocrmypdf ${options.join(' ')}`, ...said, texts, file, ...(bytes && { bytes }) }
}

/** Tesseract of the distribution on the pages as we prepare them, turned as we read them: recognition alone. */
export async function nativeTesseract(
  pages: readonly CorpusPage[],
  ours: OurRun | undefined,
  folder: string,
): Promise<RivalRun> {
  const prepared = path.join(folder, 'prepared')
  await mkdir(prepared, { recursive: true })
  const halves: { images: string[]; pages: CorpusPage[] }[] = [0, 1].map(() => ({ images: [], pages: [] }))
  const resolutions: number[] = []
  for (const [index, page] of pages.entries()) {
    const seen = ours?.pages[page.id]
    const { image, dpi } = await preparePage(page.bytes, preparationOf(page, seen))
    const file = path.join(prepared, `${page.id}.pgm`)
    await writeFile(file, image)
    resolutions.push(dpi)
    halves[index % 2]!.images.push(file)
    halves[index % 2]!.pages.push(page)
  }
  const dpi = resolutions.toSorted((a, b) => a - b)[Math.floor(resolutions.length / 2)]!
  const options = ['-l', 'fra', '--psm', '3', '--dpi', String(dpi)]
  const read = halves.map(async ({ images, pages }, half) => {
    const [list, text] = [path.join(folder, `list-${half}`), path.join(folder, `native-${half}`)]
    await writeFile(list, `${images.join('\n')}\n`)
    const said = await measured('tesseract', [list, text, ...options], { OMP_THREAD_LIMIT: '1' })
    return { ...said, texts: pagesOf(await readFile(`${text}.txt`, 'utf8'), pages) }
  })
  const both = (await Promise.all(read)) as [Awaited<(typeof read)[0]>, Awaited<(typeof read)[0]>]
  const sum = (key: 'cpuSeconds' | 'peakMegabytes') => both[0][key] + both[1][key]
  return {
    name: 'native',
    command: `tesseract ${options.join(' ')}`,
    seconds: Math.max(both[0].seconds, both[1].seconds),
    cpuSeconds: sum('cpuSeconds'),
    peakMegabytes: sum('peakMegabytes'),
    exit: both[0].exit || both[1].exit,
    complaint: both[0].complaint + both[1].complaint,
    texts: { ...both[0].texts, ...both[1].texts },
  }
}

/** As the product prepares the page, and otherwise as the manifest has it. */
function preparationOf(page: CorpusPage, seen: OurRun['pages'][string] | undefined) {
  if (!seen) return { turn: page.turn, dpi: page.dpi }
  const { dpi, skew, xHeight } = seen.facts
  return { turn: seen.turn, dpi, skew, ...(xHeight !== undefined && { xHeight }) }
}

/** Pages end with a form feed. */
const pagesOf = (text: string, pages: readonly CorpusPage[]): Record<string, string> => {
  const each = text.split('\f')
  return Object.fromEntries(pages.map(({ id }, index) => [id, each[index] ?? '']))
}
