import { type GreyView, millimetres } from './grey-view.ts'
import { heightOf, type Mark, widthOf } from './marks.ts'

/** Written marks whose diagonals come to less than this, in millimetres, are specks and nothing more. */
const leastWriting = 12
const dust = 1.2
const edge = 1.5
const holeMargin = 25

/**
 * A page is blank when nothing on it was written, drawn or stamped: dust, punch holes and the shadows at the edges of
 * the glass do not count; a lone signature does.
 */
export function isBlank(view: GreyView, marks: readonly Mark[]): boolean {
  const length = marks
    .filter((mark) => isWritten(view, mark))
    .reduce((sum, mark) => sum + Math.hypot(widthOf(mark), heightOf(mark)), 0)
  return length < millimetres(view, leastWriting)
}

/** Millimetres: what is lower is dust, what is higher a drawing. */
const letterHeight = { least: 1.3, most: 10 }
/** Heights of a letter: by how much tops and feet of neighbours differ at most, and how far they are from each other. */
const apart = { down: 0.25, across: 0.6 }
/** Heights of a letter: three capitals come to that, two figures of a page's number do not. */
const leastWord = 2

/** « RAS » alone on a page: letters of one height beside each other, though they are less than a page of writing has. */
export function bearsWord(view: GreyView, marks: readonly Mark[]): boolean {
  const written = marks.filter((mark) => isWritten(view, mark))
  const lying = written.map(({ x0, y0, x1, y1, area }) => ({ x0: y0, y0: x0, x1: y1, y1: x1, area }))
  const [least, most] = [letterHeight.least, letterHeight.most].map((size) => millimetres(view, size))
  return [written, lying].some((all) =>
    hasWord(all.filter((mark) => heightOf(mark) >= least! && heightOf(mark) <= most!)),
  )
}

function hasWord(letters: readonly Mark[]): boolean {
  const after = (one: Mark): Mark | undefined => {
    const height = heightOf(one)
    return letters.find(
      ({ x0, y0, y1 }) =>
        x0 > one.x1 &&
        x0 - one.x1 <= height * apart.across &&
        Math.abs(y0 - one.y0) <= height * apart.down &&
        Math.abs(y1 - one.y1) <= height * apart.down,
    )
  }
  return letters.some((first) => {
    for (let next = after(first); next; next = after(next))
      if (next.x1 - first.x0 >= heightOf(first) * leastWord) return true
    return false
  })
}

/** Neither dust, nor a shadow of the sheet's edge, nor a punch hole. */
export const isWritten = (view: GreyView, mark: Mark): boolean =>
  !isDust(view, mark) && !touchesEdge(view, mark) && !isPunchHole(view, mark)

const isDust = (view: GreyView, mark: Mark): boolean =>
  Math.max(widthOf(mark), heightOf(mark)) <= millimetres(view, dust)

function touchesEdge(view: GreyView, mark: Mark): boolean {
  const near = millimetres(view, edge)
  return mark.x0 < near || mark.y0 < near || mark.x1 >= view.width - near || mark.y1 >= view.height - near
}

/** A dark disc of 4 to 9 mm near an edge (ISO 838 holes are of 6 mm), whole or seen as a ring. */
function isPunchHole(view: GreyView, mark: Mark): boolean {
  const [width, height] = [widthOf(mark), heightOf(mark)]
  const size = Math.max(width, height)
  if (size < millimetres(view, 4) || size > millimetres(view, 9) || Math.min(width, height) < size * 0.75)
    return false
  const filled = mark.area / (width * height)
  if (filled < 0.6 || filled > 0.95) return false
  const margin = millimetres(view, holeMargin)
  const [x, y] = [(mark.x0 + mark.x1) / 2, (mark.y0 + mark.y1) / 2]
  return Math.min(x, y, view.width - x, view.height - y) < margin
}
