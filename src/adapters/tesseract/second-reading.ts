import type { Box, Line } from '../../domain/page.ts'
import { withFound } from '../../domain/reading-merge.ts'
import type { Engine } from './engine.ts'
import { cutOut, greymapIn } from './greymap.ts'
import { unreadInk } from './unread-ink.ts'

/** A page with more areas than that is none of text. */
const areasAtMost = 6

/**
 * What the engine passed over: it takes columns of a table for pictures, and what stands alone for dust. Such areas are read
 * once more, each by itself. Costs a few hundredths of a reading where there are none.
 */
export async function readAgain(
  engine: Engine,
  { image, dpi }: { image: Buffer; dpi: number },
  lines: readonly Line[],
): Promise<Line[]> {
  const page = greymapIn(image)
  let all = [...lines]
  if (!page) return all
  for (const area of unreadInk(page, dpi, lines).slice(0, areasAtMost)) {
    const found = await engine.recognise(cutOut(page, area), dpi, 'block')
    all = withFound(
      all,
      found.map((line) => moved(line, area)),
    )
  }
  return all
}

function moved({ words, box, baseline }: Line, { x0, y0 }: Box): Line {
  const at = (box: Box): Box => ({ x0: box.x0 + x0, y0: box.y0 + y0, x1: box.x1 + x0, y1: box.y1 + y0 })
  return {
    words: words.map((word) => ({ ...word, box: at(word.box) })),
    box: at(box),
    baseline: baseline + y0,
  }
}
