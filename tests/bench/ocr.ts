import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { ownCorpus, readCorpus } from './ocr/corpus.ts'
import { drawCrops } from './ocr/crops.ts'
import { readByUs } from './ocr/ours.ts'
import { reportOf } from './ocr/report.ts'
import type { Results } from './ocr/results.ts'
import { isWay, nativeTesseract, ocrmypdf } from './ocr/rivals.ts'
import { tableOf } from './ocr/table.ts'
import { validityOf } from './ocr/validity.ts'

/*
 * How well pages are read and what that costs, beside OCRmyPDF and Tesseract on the same pages in the same run.
 * `npm run bench:ocr -- --help` tells the options; docs/recognition.md what is measured. The whole corpus by all of them
 * takes about an hour; with --results what is done is kept, and a second call goes on where the first was cut off.
 */

const { values: options } = parseArgs({
  options: {
    contenders: { type: 'string', default: 'ours,ocrmypdf,ocrmypdf-clean,native,ocrmypdf-small' },
    workers: { type: 'string', default: '1,2' },
    corpus: { type: 'string' },
    pages: { type: 'string' },
    kinds: { type: 'string' },
    seed: { type: 'string', default: 'ocr' },
    quick: { type: 'boolean', default: false },
    results: { type: 'string' },
    output: { type: 'string' },
    crops: { type: 'string' },
    json: { type: 'boolean', default: false },
    worst: { type: 'string', default: '0' },
    help: { type: 'boolean', default: false },
  },
})

if (options.help) {
  console.log(`  --contenders ours,ocrmypdf,ocrmypdf-clean,native,ocrmypdf-small
                     the last of them reads nothing: what its files weigh
  --workers 1,2      processes of ours
  --corpus DIR       another corpus: pages/, gt/ID.txt and manifest.json
  --pages N          so many pages of text, spread over the kinds, and some blank ones
  --kinds a,b        pages of these kinds only
  --seed ocr         the same seed draws the same corpus
  --quick            24 pages by one worker of ours
  --worst N          lists the N pages that were read worst
  --results FILE     keeps what each contender did, and leaves out those that are there
  --output DIR       where the PDF files are written
  --crops DIR        writes pictures of our PDF files and of ocrmypdf-small's side by side
  --json             the whole result as JSON`)
  process.exit(0)
}

const note = (line: string): void => void process.stderr.write(`${line}\n`)
const say = (line: string): void => {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[2K${line}`)
}

const cache = '.scelle/bench/ocr'
const output = options.output ?? path.join(cache, `out-${options.quick ? process.pid : 'whole'}`)
const most = options.pages ? Number(options.pages) : options.quick ? 24 : undefined
const choice = { only: options.kinds?.split(','), most }
const corpus = options.corpus
  ? await readCorpus(options.corpus, choice)
  : await ownCorpus({ seed: options.seed, cache }, choice, options.quick ? note : say)

const subject = [options.corpus ?? options.seed, ...corpus.text.map(({ id }) => id)].join()
const fresh: Results = { version: 1, subject, ours: [], rivals: [] }
const results: Results = options.results
  ? await readFile(options.results, 'utf8').then(JSON.parse, () => fresh)
  : fresh
if (results.subject !== subject) throw new Error('these results are of other pages')
const keep = async (): Promise<void> => {
  if (options.results) await writeFile(options.results, JSON.stringify(results))
}

const contenders = options.contenders.split(',')
if (contenders.includes('ours'))
  for (const workers of options.quick ? [1] : options.workers.split(',').map(Number)) {
    if (results.ours.some((run) => run.workers === workers)) continue
    note(`ours, ${workers} worker${workers > 1 ? 's' : ''}, ${corpus.text.length} pages`)
    results.ours.push(await readByUs(corpus, workers, path.join(output, `ours-${workers}`), say))
    await keep()
  }
for (const name of contenders.filter((name) => name === 'native' || isWay(name))) {
  if (results.rivals.some((run) => run.name === name)) continue
  note(`${name}, ${corpus.text.length} pages`)
  results.rivals.push(
    isWay(name)
      ? await ocrmypdf(name, corpus.text, output)
      : await nativeTesseract(corpus.text, results.ours.at(-1), output),
  )
  await keep()
}
say('')
const last = results.ours.at(-1)
if (last && !options.quick && !results.validity) {
  note('what others say of our PDF files')
  const inColumns = new Set(corpus.text.filter(({ kind }) => kind === 'two-column').map(({ id }) => id))
  results.validity = await validityOf(last, (id) => inColumns.has(id))
  await keep()
}
const small = results.rivals.find(({ name }) => name === 'ocrmypdf-small')
if (options.crops && last && small)
  for (const file of await drawCrops(corpus, last, small, options.crops)) note(`written: ${file}`)

const report = reportOf(corpus, results)
console.log(
  options.json ? JSON.stringify(report, null, 2) : tableOf(report, { worst: Number(options.worst) }),
)
process.exit()
