import { judgePage, type PageQuality } from '../../domain/page-quality.ts'
import { type GreyView, millimetres } from './grey-view.ts'
import { heightOf, inkLevel, type Mark, widthOf } from './marks.ts'
import { darkestSheet, percentile, sampleOf } from './paper.ts'
import type { LineDirection } from './text-lines.ts'

type Seen = {
  /** The view as it was scanned, without dark borders. */
  readonly scanned: GreyView
  /** The same on even paper. */
  readonly even: GreyView
  readonly marks: readonly Mark[]
  readonly letters: readonly Mark[]
  readonly direction: LineDirection
  /** Of the scan. */
  readonly dpi: number
  readonly borders: number
}

/** Measures a page that is not blank, and judges it. */
export function qualityOf({ scanned, even, marks, letters, direction, dpi, borders }: Seen): PageQuality {
  const { xHeight, turn } = direction
  const figures = {
    sharpness: hundredths(sharpnessOf(even)),
    contrast: hundredths(contrastOf(scanned)),
    cutLetters: cutLetters(even, marks),
    borders: Math.round(borders * 1e4) / 1e4,
  }
  const isTwofold = hasTwoHalves(even, letters, turn % 180 !== 0)
  const judged = judgePage({ ...figures, dpi, isTwofold, ...(xHeight !== undefined && { xHeight }) })
  return { ...judged, ...figures }
}

const hundredths = (value: number): number => Math.round(value * 100) / 100

/** Two pixels at 150 dpi: a sharp edge has gone from paper to ink by then. */
const apart = 2
const sharpest = 0.9

/**
 * The steps over the edges of ink, across the page: of those that lead to ink, most are as steep as this, as a share of
 * the darkness of the ink that they lead to.
 */
export function sharpnessOf({ pixels, width, height }: GreyView, ink = inkLevel): number {
  const shares = new Uint32Array(101)
  let count = 0
  for (let y = 1; y < height - 1; y += 2) {
    const end = (y + 1) * width - apart - 4
    for (let at = y * width + 4; at < end; at++) {
      // The darkest of a stroke: the step that led there is looked for within a millimetre.
      const level = pixels[at]!
      if (level >= ink || pixels[at - 1]! < level || pixels[at + 1]! <= level) continue
      let steepest = 0
      for (let back = at - 4; back <= at; back++) {
        const step = pixels[back]! - pixels[back + apart]!
        if (step > steepest) steepest = step
      }
      shares[Math.min(100, Math.round((steepest * 100) / (255 - level)))]!++
      count++
    }
  }
  let sum = 0
  for (let share = 0; share <= 100; share++) {
    sum += shares[share]!
    if (sum > count * sharpest) return share / 100
  }
  return 1
}

/** The darkest so many of all pixels are ink. */
const inkShare = 0.003

/** How much of the paper's light the ink takes away. */
function contrastOf(view: GreyView): number {
  const counts = sampleOf(view, 500_000)
  const [ink, paper] = [percentile(counts, inkShare), percentile(counts, 0.9)]
  return Math.max(0, paper - ink) / (paper < darkestSheet ? 255 : paper)
}

/** Millimetres: what touches an edge of the scan and is as tall as a letter was cut by it. */
const [shortest, tallest] = [1, 6]

function cutLetters(view: GreyView, marks: readonly Mark[]): number {
  const [least, most] = [millimetres(view, shortest), millimetres(view, tallest)]
  return marks.filter((mark) => {
    const touches = mark.x0 <= 1 || mark.y0 <= 1 || mark.x1 >= view.width - 2 || mark.y1 >= view.height - 2
    const long = Math.max(widthOf(mark), heightOf(mark))
    return touches && long >= least && long <= most && mark.area < widthOf(mark) * heightOf(mark) * 0.9
  }).length
}

const enoughLetters = 60
/** Millimetres of white between two pages of a book. */
const gutter = 8

/** Print on either side of a gutter near the middle that no letter crosses, on a scan that is wide once its lines are level. */
function hasTwoHalves(view: GreyView, letters: readonly Mark[], isLying: boolean): boolean {
  const [across, down] = isLying ? [view.height, view.width] : [view.width, view.height]
  if (across < down * 1.15) return false
  const extents = letters.map(({ x0, y0, x1, y1 }): readonly [number, number] =>
    isLying ? [y0, y1] : [x0, x1],
  )
  const covered = new Uint8Array(across)
  for (const [from, to] of extents) covered.fill(1, from, to + 1)
  const wide = millimetres(view, gutter)
  let free = 0
  for (let at = Math.floor(across * 0.4); at < across * 0.6; at++) {
    free = covered[at] === 0 ? free + 1 : 0
    if (free < wide) continue
    const before = extents.filter(([, to]) => to < at).length
    return before >= enoughLetters && letters.length - before >= enoughLetters
  }
  return false
}
