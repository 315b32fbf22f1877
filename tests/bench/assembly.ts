import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { isInstalled } from '../tools.ts'
import { recognisedPage, scannedPage, seeded } from './assembly/pages.ts'

/*
 * What a page costs when the access copy is assembled, and whether long documents take more memory, or more time a page,
 * than short ones. Each document is made in a process of its own.
 */

const { values: options } = parseArgs({
  options: {
    pages: { type: 'string', default: '100,1000,5000' },
    seed: { type: 'string', default: '1' },
    check: { type: 'string', default: '1000' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

if (options.help) {
  console.log(`  --pages 100,1000,5000  pages of each document
  --check 1000           pages of the document that qpdf checks; 0 for none
  --seed 1               the same seed gives the same pages
  --json                 the whole result as JSON`)
  process.exit(0)
}

type Run = {
  readonly pages: number
  readonly megabytes: number
  readonly cpuSecondsPerPage: number
  readonly secondsPerPage: number
  readonly peakMegabytes: number
}

const different = 16
const folder = mkdtempSync(join(tmpdir(), 'scelle-assembly-'))
const childFile = fileURLToPath(new URL('./assembly/document.ts', import.meta.url))

/** @returns kilobytes of a page image, in the mean */
async function scanPages(): Promise<number> {
  const random = seeded(Number(options.seed))
  let bytes = 0
  for (let page = 0; page < different; page++) {
    const recognition = recognisedPage(random)
    const jpeg = await scannedPage(recognition, random)
    bytes += jpeg.length
    writeFileSync(join(folder, `${page}.json`), JSON.stringify(recognition))
    writeFileSync(join(folder, `${page}.jpg`), jpeg)
  }
  return bytes / different / 1000
}

const assemble = (pages: number, file: string[] = []): Run =>
  JSON.parse(
    execFileSync(process.execPath, [childFile, folder, String(different), String(pages), ...file], {
      encoding: 'utf8',
    }),
  ) as Run

/** The last sentence that qpdf said of a document of so many pages. */
function checked(pages: number): string {
  if (!isInstalled('qpdf')) return 'left out: install qpdf'
  const file = join(folder, 'document.pdf')
  assemble(pages, [file])
  const { status, stdout, stderr } = spawnSync('qpdf', ['--check', file], { encoding: 'utf8' })
  const said = `${stdout}${stderr}`.trim().split('\n').slice(-2).join(' ')
  return status === 0 ? said : `exit code ${status}: ${said}`
}

/** Of each document to the first: 1 is what is hoped for. */
const ratiosOf = (runs: readonly Run[]) =>
  runs.map(({ pages, cpuSecondsPerPage, peakMegabytes }) => ({
    pages,
    cpuPerPage: cpuSecondsPerPage / runs[0]!.cpuSecondsPerPage,
    peak: peakMegabytes / runs[0]!.peakMegabytes,
  }))

try {
  const kilobytesPerPage = await scanPages()
  const runs = options.pages.split(',').map((pages) => assemble(Number(pages)))
  const check = Number(options.check) > 0 ? checked(Number(options.check)) : 'left out'
  const ratios = ratiosOf(runs)
  if (options.json) console.log(JSON.stringify({ kilobytesPerPage, runs, ratios, check }, null, 2))
  else {
    console.log(`Pages of ${kilobytesPerPage.toFixed(0)} kB and 350 words`)
    console.table(
      runs.map(({ pages, megabytes, cpuSecondsPerPage, peakMegabytes }, index) => ({
        pages,
        'file, MB': Math.round(megabytes),
        'CPU, ms a page': (cpuSecondsPerPage * 1000).toFixed(1),
        'peak, MB': Math.round(peakMegabytes),
        'CPU a page ×': ratios[index]!.cpuPerPage.toFixed(2),
        'peak ×': ratios[index]!.peak.toFixed(2),
      })),
    )
    console.log(`qpdf --check, ${options.check} pages: ${check}`)
  }
} finally {
  rmSync(folder, { recursive: true })
}
