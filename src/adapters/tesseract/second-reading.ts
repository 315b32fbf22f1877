import type { Box, Line } from '../../domain/page.ts'
import { around, heightOf, median } from '../../domain/reading-boxes.ts'
import { mangledLines } from '../../domain/reading-doubt.ts'
import { withBetter, withFound } from '../../domain/reading-merge.ts'
import type { Engine } from './engine.ts'
import { cutOut, type Greymap, greymapIn, portable } from './greymap.ts'
import { printAlone } from './print-alone.ts'
import { unreadInk } from './unread-ink.ts'

/** A page with more areas than that is none of text. */
const areasAtMost = 10
/** Lines that are so near, in their heights, are read together. */
const near = 2

export type ReadPage = {
  readonly image: Buffer
  readonly dpi: number
  /** Of a page in colour, the same as light as the lightest of its colours: stamps and pens are paler there. */
  readonly brightest?: (() => Promise<Buffer>) | undefined
}

/**
 * Reads once more, each area by itself, what the engine passed over (it takes columns of a table for pictures), and lines
 * over which something stands. Looking for them costs a fiftieth of a reading.
 */
export async function readAgain(
  engine: Engine,
  { image, dpi, brightest }: ReadPage,
  lines: readonly Line[],
): Promise<Line[]> {
  const page = greymapIn(image)
  if (!page) return [...lines]
  let all = await readUnderStamps(engine, { page, dpi, brightest }, lines)
  for (const area of unreadInk(page, dpi, lines).slice(0, areasAtMost)) {
    const found = await engine.recognise(portable(cutOut(page, area)), dpi, 'block')
    all = withFound(
      all,
      found.map((line) => moved(line, area)),
    )
  }
  return all
}

/** Lines over which something stands, read without what is paler than print: most stamps are. */
async function readUnderStamps(
  engine: Engine,
  { page, dpi, brightest }: Omit<ReadPage, 'image'> & { readonly page: Greymap },
  lines: readonly Line[],
): Promise<Line[]> {
  const areas = areasOf(mangledLines(lines), page).slice(0, areasAtMost)
  const readOn = async (before: readonly Line[], part: (area: Box) => Greymap): Promise<Line[]> => {
    let all = [...before]
    for (const area of areas) {
      const found = await engine.recognise(portable(printAlone(part(area))), dpi, 'block')
      all = withBetter(
        all,
        found.map((line) => moved(line, area)),
      )
    }
    return all
  }
  const first = await readOn(lines, (area) => cutOut(page, area))
  const pale = areas.length > 0 && brightest ? greymapIn(await brightest()) : undefined
  if (!pale || pale.width !== page.width || pale.height !== page.height) return first
  return isPaler(pale, page, areas) ? readOn(first, (area) => cutOut(pale, area)) : first
}

/** So much lighter, in levels, is some ink in a hundred pixels of these areas: there is ink of a colour. */
const [lighter, inkShare] = [48, 0.01]

function isPaler(pale: Greymap, page: Greymap, areas: readonly Box[]): boolean {
  const parts = areas.map((area) => [cutOut(pale, area).pixels, cutOut(page, area).pixels] as const)
  const count = (of: (pale: number, dark: number) => boolean): number =>
    parts.reduce(
      (sum, [a, b]) => sum + a.reduce((more, level, at) => (of(level, b[at]!) ? more + 1 : more), 0),
      0,
    )
  return count((a, b) => a - b >= lighter) >= inkShare * count(() => true)
}

/** Boxes of lines, those together that are near, with a margin, in whole pixels of the page. */
function areasOf(lines: readonly Line[], page: Greymap): Box[] {
  const boxes: Box[] = []
  const height = median(lines.map(heightOf))
  for (const { box } of lines.toSorted((a, b) => a.box.y0 - b.box.y0)) {
    const last = boxes.at(-1)
    if (last && box.y0 - last.y1 < near * height) boxes[boxes.length - 1] = around([last, box])
    else boxes.push(box)
  }
  const margin = height / 2
  return boxes.map(({ x0, y0, x1, y1 }) => ({
    x0: Math.max(0, Math.floor(x0 - margin)),
    y0: Math.max(0, Math.floor(y0 - margin)),
    x1: Math.min(page.width, Math.ceil(x1 + margin)),
    y1: Math.min(page.height, Math.ceil(y1 + margin)),
  }))
}

function moved({ words, box, baseline }: Line, { x0, y0 }: Box): Line {
  const at = (box: Box): Box => ({ x0: box.x0 + x0, y0: box.y0 + y0, x1: box.x1 + x0, y1: box.y1 + y0 })
  return {
    words: words.map((word) => ({ ...word, box: at(word.box) })),
    box: at(box),
    baseline: baseline + y0,
  }
}
