import type { GreyView } from '../../../src/adapters/images/grey-view.ts'
import { type Random, seeded } from '../../../fixtures/generator/random.ts'

/** A sheet at 150 dpi, and what is on it. */
export type Sheet = { readonly name: string; readonly blank: boolean; readonly view: GreyView }

const [width, height, dpi] = [1240, 1754, 150]
const millimetre = dpi / 25.4

/** Sheets that bear nothing but what paper and scanners leave, and sheets that bear very little; seeded. */
export function* blankAndNearlyBlank(count: number, seed: string): Generator<Sheet> {
  for (let at = 0; at < count; at++) {
    const random = seeded(`${seed}-${at}`)
    const name = Object.keys(little)[Math.floor(at / 2) % Object.keys(little).length]!
    const blank = at % 2 === 0
    const ink = new Float32Array(width * height)
    if (blank) shineThrough(ink, random)
    else little[name as keyof typeof little](ink, random)
    if (random.next() < 0.5) holes(ink, random)
    if (random.next() < 0.6) dust(ink, random)
    if (random.next() < 0.4) edge(ink, random)
    yield { name: blank ? 'blank' : name, blank, view: scanned(ink, random) }
  }
}

const little = {
  signature(ink: Float32Array, random: Random) {
    const [left, top] = [random.between(150, 900), random.between(200, 1500)]
    const [tall, wave, dark] = [random.between(10, 40), random.between(6, 18), random.between(0.4, 0.9)]
    for (let x = 0; x < random.between(130, 300); x += 0.4)
      dab(ink, left + x, top + Math.sin(x / wave) * tall * Math.cos(x / 60), 1.4, dark)
  },
  stamp(ink: Float32Array, random: Random) {
    const [x, y, radius] = [random.between(250, 950), random.between(250, 1500), random.between(50, 110)]
    for (let angle = 0; angle < 6.3; angle += 0.004)
      if (random.next() < 0.7) dab(ink, x + Math.cos(angle) * radius, y + Math.sin(angle) * radius, 1.6, 0.5)
  },
  words(ink: Float32Array, random: Random) {
    print(ink, random, { x: random.between(120, 800), y: random.between(150, 1550), letters: 14, dark: 0.85 })
  },
  faintPrint(ink: Float32Array, random: Random) {
    const dark = random.between(0.25, 0.4)
    for (let line = 0; line < 12; line++)
      print(ink, random, { x: 150, y: 250 + line * 40, letters: 40, dark })
  },
  pencil(ink: Float32Array, random: Random) {
    const [left, top, dark] = [random.between(150, 800), random.between(200, 1500), random.between(0.28, 0.5)]
    for (let x = 0; x < 260; x += 0.4) dab(ink, left + x, top + Math.sin(x / 11) * 16, 1, dark)
  },
}

type Print = { readonly x: number; readonly y: number; readonly letters: number; readonly dark: number }

/** Letters of a kind: two strokes and a bar each, three millimetres tall. */
function print(ink: Float32Array, random: Random, { x, y, letters, dark }: Print): void {
  for (let letter = 0, left = x; letter < letters; letter++, left += random.next() < 0.2 ? 24 : 13)
    for (let step = 0; step < 14; step += 0.5) {
      dab(ink, left, y + step, 0.9, dark)
      if (random.next() < 0.8) dab(ink, left + 8, y + step, 0.9, dark)
      if (step < 8) dab(ink, left + step, y + (letter % 3) * 5, 0.9, dark)
    }
}

/** The other side's print as far as paper lets it through: soft, and mirrored, which nobody sees on such letters. */
function shineThrough(ink: Float32Array, random: Random): void {
  if (random.next() < 0.3) return
  const back = new Float32Array(ink.length)
  const lines = random.whole(5, 38)
  for (let line = 0; line < lines; line++)
    print(back, random, { x: 130, y: 150 + line * 38, letters: random.whole(10, 60), dark: 0.9 })
  const through = random.between(0.04, 0.22)
  const reach = 2
  for (let y = reach; y < height - reach; y++)
    for (let x = reach; x < width - reach; x++) {
      let sum = 0
      for (let dy = -reach; dy <= reach; dy++)
        for (let dx = -reach; dx <= reach; dx++) sum += back[(y + dy) * width + x + dx]!
      ink[y * width + x] = (sum / (2 * reach + 1) ** 2) * through * 1.3
    }
}

function holes(ink: Float32Array, random: Random): void {
  const x = random.next() < 0.5 ? 12 * millimetre : width - 12 * millimetre
  for (const y of [height / 2 - 40 * millimetre, height / 2 + 40 * millimetre])
    dab(ink, x, y, 3 * millimetre, 0.8)
}

function dust(ink: Float32Array, random: Random): void {
  for (let speck = random.whole(5, 120); speck > 0; speck--)
    dab(
      ink,
      random.between(0, width),
      random.between(0, height),
      random.between(0.4, 2),
      random.between(0.3, 0.9),
    )
}

/** The shadow of an edge of the sheet, never quite straight. */
function edge(ink: Float32Array, random: Random): void {
  const [deep, slope] = [random.between(1, 7), random.between(-0.004, 0.004)]
  for (let y = 0; y < height; y++) for (let x = 0; x < deep + y * slope; x++) ink[y * width + x] = 0.7
}

function dab(ink: Float32Array, x: number, y: number, radius: number, dark: number): void {
  for (let row = Math.floor(y - radius); row <= y + radius; row++)
    for (let column = Math.floor(x - radius); column <= x + radius; column++) {
      if (row < 0 || column < 0 || row >= height || column >= width) continue
      const cover = Math.min(1, Math.max(0, radius + 0.5 - Math.hypot(column - x, row - y)))
      const at = row * width + column
      ink[at] = Math.max(ink[at]!, cover * dark)
    }
}

function scanned(ink: Float32Array, random: Random): GreyView {
  const [level, tilt, noise] = [random.between(150, 250), random.between(-25, 25), random.between(0, 6)]
  const pixels = new Uint8Array(ink.length)
  for (let at = 0; at < ink.length; at++) {
    const paper = level + tilt * ((at % width) / width - 0.5)
    pixels[at] = Math.max(0, Math.min(255, paper * (1 - ink[at]!) + (random.next() - 0.5) * noise * 3.4))
  }
  return { pixels, width, height, dpi }
}
