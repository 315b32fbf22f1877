import type { Turn } from '../../domain/page.ts'
import { type Operand, operationsOf } from './content-operators.ts'

/** The six numbers of a PDF transformation (ISO 32000-1, 8.3.3). */
export type Matrix = readonly [number, number, number, number, number, number]
export type Rectangle = {
  readonly x0: number
  readonly y0: number
  readonly x1: number
  readonly y1: number
}
/** The one image that a page paints, where, and clipped to what: to where all its clips lie one over the other. */
export type Placement = {
  readonly name: string
  readonly matrix: Matrix
  readonly clip?: Rectangle
  /** Invisible text lies over it. */
  readonly hasText?: true
}

type Around = Omit<Placement, 'name' | 'hasText'>
/** What `q` saves and `Q` brings back (ISO 32000-1, 8.4.1): how text is painted is of it too. */
type State = { readonly around: Around; readonly textMode: number }

/** Operators that leave no mark on the page, whatever their operands. */
const harmless = new Set(
  'BT ET Tf Td TD Tm T* Tc Tw Tz TL Ts BMC BDC EMC MP DP BX EX n w J j M d ri i'.split(' '),
)
/** Colours leave no mark by themselves; painted with later, a stencil takes them on. */
const colours = new Set('g G rg RG k K cs CS sc SC scn SCN'.split(' '))
const showsText = new Set(['Tj', 'TJ', "'", '"'])
const invisible = 3

/**
 * Finds the single image of a page: its content paints one XObject and nothing else but invisible text, as a scanner
 * or its text recognition writes it. Undefined as soon as anything else might leave a mark.
 * `isUnseen` tells, by their names, XObjects that are but more of that text.
 */
export function placementOf(
  content: string,
  isUnseen: (name: string) => boolean = () => false,
): Placement | undefined {
  let state: State = { around: { matrix: [1, 0, 0, 1, 0, 0] }, textMode: 0 }
  const saved: State[] = []
  let path: Rectangle[] = []
  let clipping = false
  let placement: Placement | undefined
  let hasText = false
  for (const { operator, operands } of operationsOf(content)) {
    const { around } = state
    const withAround = (changed: Around): State => ({ ...state, around: changed })
    if (operator === 'q') saved.push(state)
    else if (operator === 'Q') state = saved.pop() ?? state
    else if (operator === 'cm') {
      const matrix = matrixOf(operands)
      if (!matrix) return undefined
      state = withAround({ ...around, matrix: multiply(matrix, around.matrix) })
    } else if (operator === 're') {
      const rectangle = rectangleOf(operands, around.matrix)
      if (!rectangle) return undefined
      path.push(rectangle)
    } else if (operator === 'W' || operator === 'W*') clipping = true
    else if (operator === 'Tr') state = { ...state, textMode: Number(operands[0]) }
    else if (operator === 'Do') {
      const name = operands[0]
      if (typeof name !== 'object') return undefined
      if (isUnseen(name.name)) hasText = true
      else if (placement) return undefined
      else placement = { name: name.name, ...around }
    } else if (showsText.has(operator)) {
      if (state.textMode !== invisible) return undefined
      hasText = true
    } else if (!harmless.has(operator) && !(placement && colours.has(operator))) return undefined
    if (operator === 'n') {
      if (clipping && path.length !== 1) return undefined
      if (clipping)
        state = withAround({ ...around, clip: around.clip ? overlap(around.clip, path[0]!) : path[0]! })
      path = []
      clipping = false
    }
  }
  return placement && hasText ? { ...placement, hasText } : placement
}

/** Whether a content shows text that is invisible, and paints nothing else. */
export function isUnseenText(content: string): boolean {
  let textMode = 0
  const saved: number[] = []
  let hasText = false
  for (const { operator, operands } of operationsOf(content)) {
    if (operator === 'q') saved.push(textMode)
    else if (operator === 'Q') textMode = saved.pop() ?? textMode
    else if (operator === 'Tr') textMode = Number(operands[0])
    else if (showsText.has(operator)) {
      if (textMode !== invisible) return false
      hasText = true
    } else if (operator !== 'cm' && !harmless.has(operator) && !colours.has(operator)) return false
  }
  return hasText
}

const overlap = (one: Rectangle, other: Rectangle): Rectangle => ({
  x0: Math.max(one.x0, other.x0),
  y0: Math.max(one.y0, other.y0),
  x1: Math.min(one.x1, other.x1),
  y1: Math.min(one.y1, other.y1),
})

/** Where a matrix puts the unit square, as an upright rectangle. */
export function unitSquare([a, b, c, d, e, f]: Matrix): Rectangle {
  const xs = [e, e + a, e + c, e + a + c]
  const ys = [f, f + b, f + d, f + b + d]
  return { x0: Math.min(...xs), y0: Math.min(...ys), x1: Math.max(...xs), y1: Math.max(...ys) }
}

/** The quarter turn, clockwise, that a matrix gives to an image; undefined for a mirror image or a slant. */
export function turnOf([a, b, c, d]: Matrix): Turn | undefined {
  const slight = 0.001 * Math.max(Math.abs(a), Math.abs(b), Math.abs(c), Math.abs(d))
  const upright = Math.abs(b) <= slight && Math.abs(c) <= slight
  const sideways = Math.abs(a) <= slight && Math.abs(d) <= slight
  if (upright && a > 0 && d > 0) return 0
  if (upright && a < 0 && d < 0) return 180
  if (sideways && b < 0 && c > 0) return 90
  if (sideways && b > 0 && c < 0) return 270
  return undefined
}

function matrixOf(operands: readonly Operand[]): Matrix | undefined {
  const numbers = operands.filter((operand) => typeof operand === 'number')
  const [a, b, c, d, e, f] = numbers
  if (operands.length !== 6 || f === undefined) return undefined
  return [a!, b!, c!, d!, e!, f]
}

function rectangleOf(operands: readonly Operand[], matrix: Matrix): Rectangle | undefined {
  const [x, y, width, height] = operands.filter((operand) => typeof operand === 'number')
  if (operands.length !== 4 || height === undefined) return undefined
  if (turnOf(matrix) === undefined) return undefined
  return unitSquare(multiply([width!, 0, 0, height, x!, y!], matrix))
}

function multiply(left: Matrix, right: Matrix): Matrix {
  const [a, b, c, d, e, f] = left
  const [A, B, C, D, E, F] = right
  return [a * A + b * C, a * B + b * D, c * A + d * C, c * B + d * D, e * A + f * C + E, e * B + f * D + F]
}
