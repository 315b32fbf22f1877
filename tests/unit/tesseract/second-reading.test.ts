import { expect, test } from 'vitest'
import type { Engine } from '../../../src/adapters/tesseract/engine.ts'
import { greymapIn, portable } from '../../../src/adapters/tesseract/greymap.ts'
import { readAgain } from '../../../src/adapters/tesseract/second-reading.ts'
import type { Line } from '../../../src/domain/page.ts'

const [width, height] = [600, 60]
/** A page of one level: what is read on it is up to the engine. */
const pageOf = (level: number): Buffer =>
  portable({ width, height, pixels: new Uint8Array(width * height).fill(level) })

const lineOf = (confidence: number, ...texts: string[]): Line => {
  const words = texts.map((text, at) => ({
    text,
    confidence: text.endsWith('?') ? confidence : 95,
    box: { x0: 20 + at * 100, y0: 20, x1: 110 + at * 100, y1: 40 },
  }))
  return { words, box: { x0: 20, y0: 20, x1: 10 + texts.length * 100, y1: 40 }, baseline: 38 }
}
const stamped = lineOf(20, 'apte', 'au', 'poste', 'susxtampéx?', 'sansx?')
const clear = lineOf(95, 'apte', 'au', 'poste', 'sans', 'aménagement')

/** Reads `clear` where the first pixel is as light as that, else the line as it was; counts what it is asked. */
function engineThatNeeds(lightness: number) {
  const asked: number[] = []
  const engine: Engine = {
    async recognise(image) {
      const level = greymapIn(image)!.pixels[0]!
      asked.push(level)
      const line = level >= lightness ? clear : stamped
      // In pixels of the part that was cut out: half a line's height around it.
      const at = (box: Line['box']) => ({
        x0: box.x0 - 10,
        x1: box.x1 - 10,
        y0: box.y0 - 10,
        y1: box.y1 - 10,
      })
      return [
        {
          words: line.words.map((word) => ({ ...word, box: at(word.box) })),
          box: at(line.box),
          baseline: 28,
        },
      ]
    },
    dead: false,
    close: async () => {},
  }
  return { engine, asked }
}
const textsOf = (lines: readonly Line[]): string[] =>
  lines.flatMap(({ words }) => words.map(({ text }) => text))

test('a line under a stamp of colour is read from the lightest of its colours, where that is better', async () => {
  const { engine } = engineThatNeeds(200)
  const page = { image: pageOf(10), dpi: 200, brightest: async () => pageOf(250) }
  expect(textsOf(await readAgain(engine, page, [stamped]))).toEqual(textsOf([clear]))
})

test('a page whose ink has no colour is not read once more for its colours', async () => {
  const { engine, asked } = engineThatNeeds(200)
  const page = { image: pageOf(10), dpi: 200, brightest: async () => pageOf(20) }
  expect(textsOf(await readAgain(engine, page, [stamped]))).toEqual(textsOf([stamped]))
  expect(asked).toHaveLength(1)
})

test('a page without such a line is not even made ready for its colours', async () => {
  const { engine } = engineThatNeeds(200)
  const brightest = (): never => {
    throw new Error('not asked for')
  }
  expect(await readAgain(engine, { image: pageOf(255), dpi: 200, brightest }, [clear])).toEqual([clear])
})
