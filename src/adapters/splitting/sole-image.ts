import { constants, inflateSync } from 'node:zlib'
import {
  PDFArray,
  PDFDict,
  PDFName,
  PDFNumber,
  type PDFObject,
  type PDFPageLeaf,
  PDFRawStream,
} from '@cantoo/pdf-lib'
import { Failure } from '../../domain/failure.ts'
import { Turn } from '../../domain/page.ts'
import { isUnseenText, type Placement, placementOf, type Rectangle, turnOf, unitSquare } from './placement.ts'

export type SoleImage = {
  readonly stream: PDFRawStream
  /** Clockwise turn that makes the stored image stand as the page shows it. */
  readonly turn: Turn
  /** Size on paper of the stored image, before the turn, in inches. */
  readonly widthInches: number
  readonly heightInches: number
  /** Invisible text lies over it. */
  readonly hasText: boolean
}

const longestContent = 4 << 20

/**
 * The image of a page that is exactly one image covering it, and no visible thing else.
 * @throws Failure file-truncated when the page paints something that the file does not hold
 */
export function soleImageOf(page: PDFPageLeaf): SoleImage | undefined {
  if (hasVisibleAnnotations(page)) return undefined
  const content = contentOf(page)
  const placement = content === undefined ? undefined : placementOf(content, unseenFormsOf(page))
  if (!placement) return undefined
  const stream = xObject(page, placement.name)
  if (stream?.dict.lookup(PDFName.of('Subtype')) !== PDFName.of('Image')) return undefined
  const turn = turnOf(placement.matrix)
  if (turn === undefined || !covers(page, placement)) return undefined
  const unit = numberOr(page.lookup(PDFName.of('UserUnit')), 1) / 72
  const [a, b, c, d] = placement.matrix
  return {
    stream,
    turn: Turn.parse(normal(turn + numberOr(page.Rotate(), 0))),
    widthInches: Math.hypot(a, b) * unit,
    heightInches: Math.hypot(c, d) * unit,
    hasText: placement.hasText ?? false,
  }
}

export const numberOr = (value: unknown, otherwise: number): number =>
  value instanceof PDFNumber ? value.asNumber() : otherwise

const normal = (degrees: number): number => ((degrees % 360) + 360) % 360

/** Content streams joined as ISO 32000-1, 7.8.2 asks; undefined when they are too long to be a scanner's. */
function contentOf(page: PDFPageLeaf): string | undefined {
  const contents = page.Contents()
  const streams =
    contents instanceof PDFArray ? contents.asArray().map((part) => page.context.lookup(part)) : [contents]
  const parts: string[] = []
  for (const stream of streams) {
    if (!(stream instanceof PDFRawStream)) return undefined
    const bytes = decoded(stream)
    if (!bytes || bytes.length > longestContent) return undefined
    parts.push(bytes.toString('latin1'))
  }
  return parts.join('\n')
}

/** A content stream in clear; undefined when it is longer, or coded otherwise, than a scanner writes it. */
function decoded({ dict, contents }: PDFRawStream): Buffer | undefined {
  const filter = dict.lookup(PDFName.of('Filter'))
  if (filter === undefined) return Buffer.from(contents)
  const only = filter instanceof PDFArray && filter.size() === 1 ? filter.lookup(0) : filter
  if (only !== PDFName.of('FlateDecode') || dict.has(PDFName.of('DecodeParms'))) return undefined
  return inflateSync(contents, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: longestContent })
}

/** A page has one form of unseen text, or one before and one behind its image. */
const mostForms = 4

/** Tells the forms that hold invisible text alone, as some recognitions lay theirs over a page; each is looked at once. */
function unseenFormsOf(page: PDFPageLeaf): (name: string) => boolean {
  const known = new Map<string, boolean>()
  return (name) => {
    const answer = known.get(name) ?? (known.size < mostForms && isUnseenForm(page, name))
    known.set(name, answer)
    return answer
  }
}

function isUnseenForm(page: PDFPageLeaf, name: string): boolean {
  const stream = namedObject(page, name)
  if (!(stream instanceof PDFRawStream)) return false
  if (stream.dict.lookup(PDFName.of('Subtype')) !== PDFName.of('Form')) return false
  const bytes = decoded(stream)
  return bytes !== undefined && bytes.length <= longestContent && isUnseenText(bytes.toString('latin1'))
}

function namedObject(page: PDFPageLeaf, name: string): PDFObject | undefined {
  const named = page.Resources()?.lookup(PDFName.of('XObject'))
  return named instanceof PDFDict ? named.lookup(PDFName.of(name)) : undefined
}

function xObject(page: PDFPageLeaf, name: string): PDFRawStream | undefined {
  const found = namedObject(page, name)
  if (found === undefined) throw new Failure('file-truncated')
  return found instanceof PDFRawStream ? found : undefined
}

/** The image fills the visible page, and nothing of it is cut off: within 2 %. */
function covers(page: PDFPageLeaf, placement: Placement): boolean {
  const { x, y, width, height } = (page.CropBox() ?? page.MediaBox()).asRectangle()
  const box: Rectangle = { x0: x, y0: y, x1: x + width, y1: y + height }
  const image = unitSquare(placement.matrix)
  const slack = 0.02 * Math.max(width, height)
  const near = (one: number, other: number) => Math.abs(one - other) <= slack
  const fits =
    near(image.x0, box.x0) && near(image.y0, box.y0) && near(image.x1, box.x1) && near(image.y1, box.y1)
  const { clip = image } = placement
  const whole =
    clip.x0 - slack <= image.x0 &&
    clip.y0 - slack <= image.y0 &&
    clip.x1 + slack >= image.x1 &&
    clip.y1 + slack >= image.y1
  return fits && whole
}

/** Links leave no mark; a stamp, a note or a signature does. */
function hasVisibleAnnotations(page: PDFPageLeaf): boolean {
  const annotations = page.Annots()?.asArray() ?? []
  return annotations.some((reference) => {
    const annotation = page.context.lookup(reference)
    return !(annotation instanceof PDFDict && annotation.lookup(PDFName.of('Subtype')) === PDFName.of('Link'))
  })
}
