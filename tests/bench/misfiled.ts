import { parseArgs } from 'node:util'
import { createSheet } from '../../fixtures/generator/sheet.ts'
import { readDocumentTypes } from '../../src/settings/document-types.ts'
import { type Drawing, drawDocuments } from './misfiled/documents.ts'
import { type Judgement, judge, noisyReader } from './misfiled/judge.ts'
import { sayJudgement } from './misfiled/report.ts'
import { openScanReader } from './misfiled/scan-reader.ts'
import { createTextSheet } from './misfiled/text-sheet.ts'

/*
 * How well pages in the wrong file are found, and how often a document is held without need. Documents are drawn from a
 * seed with the papers of the fixtures; their text is the truth with noise (tests/bench/misfiled/noise.ts), or, for a few,
 * what is read from their rendered and scanned pages. Asserts nothing.
 */

const { values: options } = parseArgs({
  options: {
    documents: { type: 'string', default: '500' },
    foreign: { type: 'string', default: '25' },
    ocr: { type: 'string', default: '0' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

if (options.help) {
  console.log(`  --documents 500  of one to six pages
  --foreign 25     of them with a page of somebody else
  --ocr N          as many documents again, really rendered, scanned and read; half of them with a page of somebody else
  --seed 1         the same seed gives the same documents
  --json           the whole result as JSON`)
  process.exit(0)
}

const types = readDocumentTypes()
const [count, foreign, ocr] = [options.documents, options.foreign, options.ocr].map(Number) as [
  number,
  number,
  number,
]

const withNoise = (drawing: Drawing): Promise<Judgement> =>
  judge(
    drawDocuments({ count, foreign, drawing }, `misfiled/${options.seed}/${drawing}`, createTextSheet),
    noisyReader(`noise/${options.seed}/${drawing}`),
    types,
  )

async function withScans(): Promise<Judgement> {
  const reader = openScanReader(`scan/${options.seed}`)
  try {
    const drawn = { count: ocr, foreign: Math.ceil(ocr / 2), drawing: 'identified' } as const
    return await judge(drawDocuments(drawn, `misfiled/${options.seed}/ocr`, createSheet), reader.read, types)
  } finally {
    await reader.close()
  }
}

const result = {
  /** Foreign pages that carry a NIR, a name or a birth date of their owner. */
  identified: await withNoise('identified'),
  /** Foreign pages drawn among all: some say nothing of anybody, some no more than the number of a file. */
  any: await withNoise('any'),
  ...(ocr > 0 ? { scanned: await withScans() } : {}),
}
if (options.json) console.log(JSON.stringify(result, null, 2))
else {
  sayJudgement('Foreign pages with a NIR, a name or a birth date', result.identified, true)
  sayJudgement('Foreign pages drawn among all', result.any, false)
  if (result.scanned) sayJudgement('Rendered, scanned and read', result.scanned, false)
}
