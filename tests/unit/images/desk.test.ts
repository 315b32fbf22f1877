import { expect, test } from 'vitest'
import { withoutBorders } from '../../../src/adapters/images/borders.ts'
import type { GreyView } from '../../../src/adapters/images/grey-view.ts'
import { withEvenPaper } from '../../../src/adapters/images/paper.ts'
import { block, dot } from './canvas.ts'

const [width, height, dpi] = [420, 560, 60]
const sheet = { left: 70, top: 70, wide: 280, tall: 400, slope: 0.05 }
const ink = 40

/** How far from the sheet, which lies askew; 0 on it. */
function fromSheet(x: number, y: number): number {
  const across = x - sheet.left + (y - sheet.top) * sheet.slope
  const down = y - sheet.top - (x - sheet.left) * sheet.slope
  return Math.max(0, -across, across - sheet.wide, -down, down - sheet.tall)
}

type Desk = GreyView & { pixels: Uint8Array }

/** A sheet with print, askew on a desk of one colour, with a shadow; the light falls off to the right by half of `fall`. */
function photo({ desk = 140, shadow = 0.35, fall = 0.25 } = {}): Desk {
  const view = { pixels: new Uint8Array(width * height), width, height, dpi }
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const near = Math.min(1, fromSheet(x, y) / 12)
      const level = near === 0 ? 225 : desk * (1 - shadow * (1 - near))
      dot(view, x, y, Math.round(level * (1 - (fall * x) / width)))
    }
  for (const [x, y] of print()) dot(view, x, y, ink)
  return view
}

/** Letters of a kind, two millimetres tall, in twenty lines. */
function print(): [number, number][] {
  const places: [number, number][] = []
  for (let line = 0; line < 20; line++)
    for (let x = 100; x < 320; x += 5)
      for (let down = 0; down < 5; down++)
        places.push([x, 110 + line * 16 + down + Math.round((x - 100) * sheet.slope)])
  return places
}

const darkAround = ({ pixels }: GreyView): number => {
  let count = 0
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) if (fromSheet(x, y) > 2 && pixels[y * width + x]! < 215) count++
  return count / (width * height)
}
const lostPrint = (view: GreyView): number =>
  print().filter(([x, y]) => view.pixels[y * width + x] !== ink).length

test.each([70, 100, 140, 165])('a desk of grey %i goes, its shadow too, and the print stays', (desk) => {
  const scan = photo({ desk })
  const { view, share } = withoutBorders(scan)
  expect(share).toBeGreaterThan(0.4)
  expect(lostPrint(view)).toBe(0)
  expect(darkAround(withEvenPaper(view))).toBe(0)
})

test.each([15, 40, 210, 225, 240])(
  'on a desk of grey %i, dark or as light as paper, the print stays',
  (desk) => {
    const { view } = withoutBorders(photo({ desk, fall: 0 }))
    expect(lostPrint(view)).toBe(0)
  },
)

test('what takes the place of a desk is as light as the sheet beside it', () => {
  const { view } = withoutBorders(photo())
  for (const [inside, outside] of [
    [90, 20],
    [335, 400],
  ] as const)
    expect(Math.abs(view.pixels[300 * width + inside]! - view.pixels[300 * width + outside]!)).toBeLessThan(
      16,
    )
})

const words: Record<string, (view: Desk) => void> = {
  'a word': (view) => letters(view, 30, 20, 40),
  'a word in the last corner': (view) => letters(view, 380, 545, 30),
  'a word beside the sheet': (view) => letters(view, 150, 66, 40),
  'a word in white': (view) => letters(view, 30, 20, 235),
  'a faint word': (view) => letters(view, 30, 20, 120),
  'a line of ink': (view) => block(view, 20, 30, 1, 60, 60),
  'a light label': (view) => block(view, 366, 200, 40, 60, 235),
  'a black square': (view) => block(view, 366, 200, 40, 60, 20),
}

function letters(view: Desk, left: number, top: number, level: number): void {
  for (let letter = 0; letter < 6; letter++) {
    block(view, left + letter * 5, top, 1, 5, level)
    block(view, left + letter * 5, top + 2, 3, 1, level)
  }
}

const plain = photo({ shadow: 0, fall: 0 })
const withMore = (draw: (view: Desk) => void): Desk => {
  const view = { ...plain, pixels: Uint8Array.from(plain.pixels) }
  draw(view)
  return view
}

test('a desk without a shadow goes too', () => {
  expect(withoutBorders(plain).share).toBeGreaterThan(0.4)
})

test.each(Object.entries(words))('where %s stands around a lighter sheet, nothing goes', (_, write) => {
  const scan = withMore(write)
  const bare = withoutBorders(scan)
  expect(bare.share).toBe(0)
  expect(bare.view === scan).toBe(true)
})

test('a desk that does not go all the way round stays', () => {
  expect(withoutBorders(withMore((view) => block(view, 200, 0, 220, 90, 225))).share).toBe(0)
})
