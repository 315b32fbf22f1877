import { isBare } from './bare.ts'
import type { GreyView } from './grey-view.ts'
import { paperLevelOf, percentile } from './paper.ts'
import { darkSides, eachWithin } from './sides.ts'

/** A desk has between these shares of the paper's light: a darker one is a dark border, a lighter one is taken for paper. */
const [darkest, lightest] = [0.3, 0.87]
/** The frame of a scan is looked at in so many places along each side, each as deep as this share of the shorter side. */
const along = 16
const frameShare = 0.015
/** So many pixels across a place tell its level. */
const enoughAcross = 12
/** Nearly all of these places have the light of one plane, within that share of it: the desk goes all the way round. */
const mostPlaces = 0.92
const alike = 0.12
/** Share of a scan that is in the sheet's light, at least. */
const sheetShare = 0.9
/** Paper in the light that fell on it, evened out. */
const paper = 230

/**
 * Gives the bare desk around a sheet the level of paper, where there is one of middling light: the frame of the scan is all
 * of one light, what lies within it is lighter and begins at once, and nothing that could be ink stands between them.
 * Nothing is returned where any of this is in doubt: a desk that stays is read past, ink that goes is lost.
 */
export function withoutDesk(view: GreyView): Uint8Array | undefined {
  const light = lightOfFrame(view)
  if (!light || middleOf(view, light) >= paperLevelOf(view) * lightest) return undefined
  const share = 1 / brightest(view, light)
  if (!(share >= darkest && share <= lightest)) return undefined
  const desk = paper * share
  const even = evenLight(view, light, desk)
  const between = (paper + desk) / 2
  const sides = darkSides(even, { darkest: between, edge: (paper - desk) / 2, black: between })
  if (sides.length < 4) return undefined
  const around = new Uint8Array(view.pixels.length)
  eachWithin(view, sides, (pixel) => {
    around[pixel] = 255
  })
  if (!isBare(even, around, { desk, lightest: between })) return undefined
  const pixels = Uint8Array.from(view.pixels)
  for (let y = 0, at = 0; y < view.height; y++)
    for (let x = 0; x < view.width; x++, at++)
      if (around[at] !== 0) pixels[at] = Math.min(255, lightAt(light, x, y) / share + 0.5)
  return pixels
}

/** Light as a plane: the level at the first pixel, and what each pixel adds to the right and downwards. */
type Light = { readonly first: number; readonly right: number; readonly down: number }

const lightAt = ({ first, right, down }: Light, x: number, y: number): number =>
  Math.max(1, first + right * x + down * y)

const middleOf = ({ width, height }: GreyView, light: Light): number => lightAt(light, width / 2, height / 2)

/** The light that falls on the frame of a scan, where it is all of one. */
function lightOfFrame(view: GreyView): Light | undefined {
  const { width, height } = view
  const deep = Math.ceil(Math.min(width, height) * frameShare)
  if (width < along * 4 || height < along * 4) return undefined
  // Places come in pairs that face each other, so that means are a plane's least squares.
  const places = Array.from({ length: along }, (_, at) => (at + 0.5) / along).flatMap((share) => [
    placeOn(view, share * width, deep / 2, deep),
    placeOn(view, share * width, height - deep / 2, deep),
    placeOn(view, deep / 2, share * height, deep),
    placeOn(view, width - deep / 2, share * height, deep),
  ])
  const sum = (of: (place: Place) => number) => places.reduce((total, place) => total + of(place), 0)
  const right = sum(({ x, level }) => (x - width / 2) * level) / sum(({ x }) => (x - width / 2) ** 2)
  const down = sum(({ y, level }) => (y - height / 2) * level) / sum(({ y }) => (y - height / 2) ** 2)
  const first = sum(({ level }) => level) / places.length - (right * width + down * height) / 2
  const light = { first, right, down }
  const near = places.filter(({ x, y, level }) => {
    const expected = lightAt(light, x, y)
    return Math.abs(level - expected) <= expected * alike
  })
  return near.length >= places.length * mostPlaces ? light : undefined
}

type Place = { readonly x: number; readonly y: number; readonly level: number }

/** The level of most of a square about a place. */
function placeOn({ pixels, width, height }: GreyView, x: number, y: number, side: number): Place {
  const counts = new Uint32Array(256)
  const [left, top] = [Math.max(0, Math.floor(x - side / 2)), Math.max(0, Math.floor(y - side / 2))]
  const every = Math.max(1, Math.floor(side / enoughAcross))
  for (let row = top; row < Math.min(height, top + side); row += every)
    for (let at = left; at < Math.min(width, left + side); at += every) counts[pixels[row * width + at]!]!++
  return { x, y, level: percentile(counts, 0.5) }
}

/** How much lighter than the frame, in the same light, the lighter part of a scan is. */
function brightest({ pixels, width }: GreyView, light: Light): number {
  const every = Math.max(1, Math.floor(pixels.length / 50_000))
  const shares: number[] = []
  for (let at = 0; at < pixels.length; at += every)
    shares.push(pixels[at]! / lightAt(light, at % width, Math.floor(at / width)))
  return shares.sort((a, b) => a - b)[Math.floor((shares.length - 1) * sheetShare)]!
}

/** The same in even light: the desk has one level, paper another. */
function evenLight(view: GreyView, light: Light, desk: number): GreyView {
  const { width, height } = view
  const pixels = new Uint8Array(view.pixels.length)
  for (let y = 0, at = 0; y < height; y++)
    for (let x = 0; x < width; x++, at++)
      pixels[at] = Math.min(255, (view.pixels[at]! * desk) / lightAt(light, x, y))
  return { ...view, pixels }
}
