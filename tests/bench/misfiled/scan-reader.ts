import { jpeg } from '../../../fixtures/generator/files.ts'
import { seeded } from '../../../fixtures/generator/random.ts'
import { rasterise, scanned, wears } from '../../../fixtures/generator/scan.ts'
import { textOf } from '../../../src/domain/page.ts'
import { openReadingRoom } from '../ocr/house.ts'
import { scoreOf } from '../ocr/scoring.ts'
import type { Reader } from './judge.ts'

/** Renders each page, puts it on the glass, and reads it as the product does. */
export function openScanReader(seed: string): { read: Reader; close(): Promise<void> } {
  const house = openReadingRoom()
  const { examiner, recogniser, rules } = house.ports
  const random = seeded(seed)
  const { signal } = new AbortController()
  return {
    async read({ text, svg }) {
      const wear = random.pick(Object.values(wears))
      const image = await jpeg(
        await scanned(await rasterise(svg()), undefined, { wear, holes: 'left' }, random),
      )
      const { facts } = await examiner.examine(image, 'image/jpeg', 300)
      const { turn, turnIsSure, dpi, skew, xHeight } = facts
      const recognition = await recogniser.recognise(
        image,
        {
          ...{ turn, turnIsSure, dpi, skew, languages: rules.languages },
          ...(xHeight ? { xHeight } : {}),
        },
        signal,
      )
      const { letters, errors } = scoreOf(text, textOf(recognition))
      return { recognition, characters: letters, harmed: errors }
    },
    close: () => house.close(),
  }
}
