import { parseArgs } from 'node:util'
import { preparePage } from '../../src/adapters/images/prepared-page.ts'
import { createRecogniser } from '../../src/adapters/tesseract/recogniser.ts'
import { drawDocument } from './pipeline/corpus.ts'

/*
 * Whether memory creeps while one engine reads page after page: memory of this process at the end of each hundred pages, and
 * that of the last hundred to the second. `npm run bench:reading-memory -- --pages 2000`
 */

const { values: options } = parseArgs({
  options: {
    pages: { type: 'string', default: '2000' },
    every: { type: 'string', default: '100' },
    json: { type: 'boolean', default: false },
  },
})
const [pages, every] = [Number(options.pages), Number(options.every)]

/** Files of one page each, which are images as they are; made ready once, so that reading alone is seen. */
const places = [1, 15]
const images = await Promise.all(
  places.map(async (place) => (await drawDocument('pipeline', place, '.scelle/bench')).bytes),
)
const ready = await Promise.all(images.map((image) => preparePage(image, { turn: 0, dpi: 300 })))
const recogniser = createRecogniser({
  languages: ['fra'],
  prepare: async (image) => ready[images.indexOf(image)]!,
})
const signal = new AbortController().signal
const hundreds: { pages: number; megabytes: number; most: number }[] = []
let most = 0
for (let page = 1; page <= pages; page++) {
  await recogniser.recognise(images[page % images.length]!, { turn: 0, dpi: 300, languages: ['fra'] }, signal)
  const megabytes = Math.round(process.memoryUsage.rss() / 1e5) / 10
  most = Math.max(most, megabytes)
  if (page % every !== 0) continue
  hundreds.push({ pages: page, megabytes, most })
  if (!options.json) console.log(`${String(page).padStart(6)} pages  ${megabytes} MB, at most ${most} MB`)
  most = 0
}
await recogniser.close()
const [second, last] = [hundreds[1], hundreds.at(-1)]
const ratio = second && last ? Math.round((last.most / second.most) * 1000) / 1000 : null
console.log(
  options.json ? JSON.stringify({ every, hundreds, ratio }) : `last to second: ${ratio ?? 'too few pages'}`,
)
