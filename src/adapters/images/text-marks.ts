import { isWritten } from './blank.ts'
import { type GreyView, millimetres } from './grey-view.ts'
import { heightOf, type Mark, type marksOf, widthOf } from './marks.ts'

/** The runs of letters: where each is (its middle, and its row), and how many pixels it has. */
export type TextRuns = {
  readonly x: Float32Array
  readonly y: Float32Array
  readonly weight: Float32Array
}

/** Letters and words of a page, without rules, frames, stamps and dust. */
export function textOn(
  view: GreyView,
  { marks, runs }: ReturnType<typeof marksOf>,
): { letters: Mark[]; runs: TextRuns } {
  const isText = Uint8Array.from(marks, (mark) => Number(looksLikeText(view, mark) && isWritten(view, mark)))
  const most = runs.count
  const [x, y, weight] = [new Float32Array(most), new Float32Array(most), new Float32Array(most)]
  let count = 0
  for (let run = 0; run < most; run++) {
    if (isText[runs.mark[run]!] === 0) continue
    x[count] = (runs.x0[run]! + runs.x1[run]!) / 2
    y[count] = runs.y[run]!
    weight[count++] = runs.x1[run]! - runs.x0[run]! + 1
  }
  return {
    letters: marks.filter((_, place) => isText[place] === 1),
    runs: { x: x.subarray(0, count), y: y.subarray(0, count), weight: weight.subarray(0, count) },
  }
}

/** Letters, or words that ran together: neither a rule nor a frame nor a stamp. */
function looksLikeText(view: GreyView, mark: Mark): boolean {
  const short = Math.min(widthOf(mark), heightOf(mark))
  const long = Math.max(widthOf(mark), heightOf(mark))
  if (short > millimetres(view, 10) || long > millimetres(view, 60)) return false
  return !(short < millimetres(view, 1) && long > millimetres(view, 10))
}
