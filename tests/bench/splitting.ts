import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { type Kind, kinds, writeScan } from './splitting/files.ts'

/*
 * Whether memory grows with the pages of a file that is split. Files are written to a temporary folder, one at a time, and
 * removed. The ratios are of peaks, each to that of the file of fewest pages of its kind.
 */

const { values: options } = parseArgs({
  options: {
    pages: { type: 'string', default: '100,1000,5000' },
    kinds: { type: 'string', default: kinds.join(',') },
    seed: { type: 'string', default: 'splitting' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})
if (options.help) {
  console.log(`  --pages 100,1000,5000   pages of the files
  --kinds ${kinds.join(',')}   pdf: pages that are images; pdf-drawn: pages that must be rendered
  --seed splitting        the same seed gives the same files
  --json                  the result as JSON`)
  process.exit(0)
}

type Told = {
  readonly pages: number
  readonly bytes: number
  readonly read: number
  readonly seconds: number
  readonly parentBytes: number
  readonly childBytes: number
  readonly children: number
}
type Result = Told & { readonly kind: Kind; readonly fileBytes: number }

const folder = await mkdtemp(path.join(tmpdir(), 'scelle-bench-'))
const results: Result[] = []
try {
  for (const kind of options.kinds.split(',') as Kind[])
    for (const pages of options.pages.split(',').map(Number)) results.push(await measure(kind, pages))
} finally {
  await rm(folder, { recursive: true })
}
const ratios = results.map((result) => {
  const first = results.find(({ kind }) => kind === result.kind)!
  return {
    kind: result.kind,
    pages: result.pages,
    parent: result.parentBytes / first.parentBytes,
    child: result.childBytes / first.childBytes,
    millisecondsPerPage: result.seconds / result.pages / (first.seconds / first.pages),
    readPerByte: result.read / result.fileBytes,
  }
})
if (options.json) console.log(JSON.stringify({ results, ratios }, null, 2))
else
  console.table(
    results.map(({ kind, pages, fileBytes, parentBytes, childBytes, seconds }, index) => ({
      file: kind,
      pages,
      'file MB': Math.round(fileBytes / 2 ** 20),
      'parent MB': Math.round(parentBytes / 2 ** 20),
      'child MB': Math.round(childBytes / 2 ** 20),
      'parent ratio': ratios[index]!.parent.toFixed(2),
      'child ratio': ratios[index]!.child.toFixed(2),
      'ms/page': ((seconds / pages) * 1000).toFixed(1),
      'read/byte': ratios[index]!.readPerByte.toFixed(2),
    })),
  )

async function measure(kind: Kind, pages: number): Promise<Result> {
  const file = path.join(folder, `scan-${pages}`)
  const fileBytes = await writeScan(file, kind, pages, options.seed)
  const program = new URL('./splitting/split.ts', import.meta.url)
  const child = fork(program, [file, kind === 'tiff' ? 'tiff' : 'pdf'])
  const [told] = (await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(() => Promise.reject(new Error('the splitting process ended'))),
  ])) as [Told]
  await rm(file)
  if (told.pages !== pages) throw new Error(`${told.pages} pages of ${pages}`)
  const peaks = [told.parentBytes, told.childBytes].map((peak) => Math.round(peak / 2 ** 20)).join(' + ')
  process.stderr.write(`${kind} ${pages}: ${peaks} MB, ${told.seconds.toFixed(0)} s\n`)
  return { ...told, kind, fileBytes }
}
