import { once } from 'node:events'
import { preparePage } from '../../../src/adapters/images/prepared-page.ts'
import { startEngine } from '../../../src/adapters/tesseract/engine.ts'
import { drawDocument } from './corpus.ts'

// Recognition and nothing else, of some pages of the corpus.

const rounds = 4
const [seed, cache] = process.argv.slice(2) as [string, string]
const pages: { image: Buffer; dpi: number }[] = []
// Files of one page each, which are images as they are.
for (const place of [1, 15]) {
  const { bytes } = await drawDocument(seed, place, cache)
  pages.push(await preparePage(bytes, { turn: 0, dpi: 300 }))
}
const engine = await startEngine(['fra'])
await engine.recognise(pages[0]!.image, pages[0]!.dpi)
process.send!('ready')
await once(process, 'message')
const begun = performance.now()
for (let round = 0; round < rounds; round++)
  for (const { image, dpi } of pages) await engine.recognise(image, dpi)
process.send!((performance.now() - begun) / 1000 / (pages.length * rounds))
await engine.close()
process.exit()
