import { type GreyView, millimetres } from './grey-view.ts'
import { heightOf, type Mark, widthOf } from './marks.ts'

/** So many letters, taken from all over the page, tell enough. */
const mostAsked = 400
/** Longer than a letter is tall: letters that ran together, in the direction of their line. */
const joined = 5
const wide = 2
/** Marks that speak for lines along the page must be that much more than those that speak against. */
const clearly = 1.6

/**
 * Do the lines of text run along the page instead of across it? A letter stands closer to the next one of its line than
 * to those of the lines around it (O'Gorman's docstrum, 1993); letters that run together make long marks.
 */
export function runsAlong(view: GreyView, letters: readonly Mark[]): boolean {
  const every = Math.max(1, Math.ceil(letters.length / mostAsked))
  let [across, along] = [0, 0]
  for (let place = 0; place < letters.length; place += every) {
    const vote = direction(view, letters[place]!, letters)
    if (vote === 'across') across++
    if (vote === 'along') along++
  }
  return along > across * clearly
}

function direction(view: GreyView, mark: Mark, letters: readonly Mark[]): 'across' | 'along' | undefined {
  const [width, height] = [widthOf(mark), heightOf(mark)]
  if (Math.max(width, height) > millimetres(view, joined)) {
    if (width > height * wide) return 'across'
    if (height > width * wide) return 'along'
  }
  let [beside, below] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]
  for (const other of letters) {
    if (other === mark) continue
    const apartX = Math.max(other.x0 - mark.x1, mark.x0 - other.x1)
    const apartY = Math.max(other.y0 - mark.y1, mark.y0 - other.y1)
    if (apartY < 0 && apartX > 0) beside = Math.min(beside, apartX)
    if (apartX < 0 && apartY > 0) below = Math.min(below, apartY)
  }
  if (beside === below) return undefined
  return beside < below ? 'across' : 'along'
}
