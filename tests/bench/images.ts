import { parseArgs } from 'node:util'
import sharp from 'sharp'
import { createBarcodeReader } from '../../src/adapters/barcodes/reader.ts'
import { looksBarcoded } from '../../src/adapters/images/barcode-like.ts'
import { isBlank } from '../../src/adapters/images/blank.ts'
import { withoutBorders } from '../../src/adapters/images/borders.ts'
import { decodedPage } from '../../src/adapters/images/decoded.ts'
import { createExaminer } from '../../src/adapters/images/examiner.ts'
import { greymapOf } from '../../src/adapters/images/grey-view.ts'
import { marksOf } from '../../src/adapters/images/marks.ts'
import { levelOf, withEvenPaper } from '../../src/adapters/images/paper.ts'
import { preparePage } from '../../src/adapters/images/prepared-page.ts'
import { sharpnessOf } from '../../src/adapters/images/quality.ts'
import { shrunkTo } from '../../src/adapters/images/shrunk.ts'
import { skewOf } from '../../src/adapters/images/skew.ts'
import { sampled } from '../../src/adapters/images/straightened.ts'
import { stretch } from '../../src/adapters/images/stretched.ts'
import { textOn } from '../../src/adapters/images/text-marks.ts'
import { uprightness } from '../../src/adapters/images/up-or-down.ts'
import { letter } from '../../fixtures/generator/papers/letter.ts'
import { people } from '../../fixtures/generator/people.ts'
import { seeded } from '../../fixtures/generator/random.ts'
import { PIXELS, rasterise, scanned, wears } from '../../fixtures/generator/scan.ts'
import { createSheet } from '../../fixtures/generator/sheet.ts'
import { blankAndNearlyBlank } from './images/sheets.ts'

/*
 * What each step of looking at a page and of making it ready takes of the processor, beside decoding alone: the median of
 * some rounds over one scanned letter, 300 dpi, grey. And how many blank sheets are found.
 */

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '9' },
    sheets: { type: 'string', default: '200' },
    json: { type: 'boolean', default: false },
  },
})
sharp.concurrency(1)

const random = seeded('bench-images')
const side = createSheet(random)
letter(side, people.hermeline, '2014-04-02', 'shoulder')
const scan = await scanned(await rasterise(side.svg()), undefined, { wear: wears.filed }, random)
const image = await sharp(scan, { raw: { ...PIXELS, channels: 1 } })
  .toColourspace('b-w')
  .jpeg({ quality: 75 })
  .toBuffer()

const dpi = 300
const whole = await decodedPage(image, { dpi, leastDpi: 200 })
const view = shrunkTo(whole, 150)
const even = withEvenPaper(view)
const found = marksOf(even)
const text = textOn(even, found)
const skew = skewOf(text.runs)
const greymap = greymapOf(view)
const straight = sampled(whole, { scale: 2 / 3, skew, around: levelOf(whole) })
const barcodes = createBarcodeReader()
const examiner = createExaminer()

const steps: Readonly<Record<string, () => unknown>> = {
  'decode: the image alone': () => decodedPage(image, { dpi, leastDpi: 200 }),
  'examine: the whole of it': () => examiner.examine(image, 'image/jpeg', dpi),
  'examine: shrink': () => shrunkTo(whole, 150),
  'examine: borders': () => withoutBorders(view),
  'examine: even paper': () => withEvenPaper(view),
  'examine: marks': () => marksOf(even),
  'examine: blank': () => isBlank(even, found.marks),
  'examine: skew': () => skewOf(text.runs),
  'examine: up or down': () => uprightness(even, text.runs, skew),
  'examine: sharpness': () => sharpnessOf(even),
  'examine: like a barcode': () => looksBarcoded(view),
  'barcodes: search of the view, where there is one': () => barcodes.read(greymap),
  'barcodes: full search, where a cover sheet is missing': () => barcodes.read(image, { thorough: true }),
  'prepare: the whole of it': () => preparePage(image, { turn: 0, dpi, skew }),
  'prepare: borders': () => withoutBorders(whole),
  'prepare: shrink and straighten': () => sampled(whole, { scale: 2 / 3, skew }),
  'prepare: even paper': () => withEvenPaper(straight),
  'prepare: black and white': () => stretch({ ...straight, pixels: straight.pixels }),
}

const taken: Record<string, number> = {}
for (const [name, step] of Object.entries(steps)) {
  await step()
  const rounds: number[] = []
  for (let round = 0; round < Number(options.rounds); round++) {
    const before = process.cpuUsage()
    await step()
    const { user, system } = process.cpuUsage(before)
    rounds.push((user + system) / 1000)
  }
  taken[name] = rounds.sort((one, other) => one - other)[rounds.length >> 1]!
}
const alone = taken['decode: the image alone']!
const ratios = Object.fromEntries(Object.entries(taken).map(([name, ms]) => [name, ms / alone]))

const blank = { blank: 0, found: 0, written: 0, takenForBlank: 0 }
for (const sheet of blankAndNearlyBlank(Number(options.sheets), 'bench')) {
  const { pixels, width, height } = sheet.view
  const png = await sharp(pixels, { raw: { width, height, channels: 1 } })
    .toColourspace('b-w')
    .png({ compressionLevel: 1 })
    .toBuffer()
  const { facts } = await examiner.examine(png, 'image/png', sheet.view.dpi)
  blank[sheet.blank ? 'blank' : 'written']++
  if (facts.blank) blank[sheet.blank ? 'found' : 'takenForBlank']++
}

if (options.json) console.log(JSON.stringify({ cpuMilliseconds: taken, ratios, blank }, null, 2))
else {
  console.table(
    Object.entries(taken).map(([step, ms]) => ({
      step,
      'CPU ms': ms.toFixed(1),
      '× decode': ratios[step]!.toFixed(2),
    })),
  )
  console.table([blank])
}
