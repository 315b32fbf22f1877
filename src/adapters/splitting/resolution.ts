import type { PageImage } from '../../ports.ts'

const usual = [100, 150, 200, 240, 300, 400, 600, 800, 1200]
const a3ShortSide = 11.7
const a4ShortSide = 8.27

/** What a file says of its pixels: how many to the inch; or, of a ratio, only how many across for how many down. */
export type ToldDensity = { readonly across: number; readonly down: number; readonly isRatio: boolean }

type Size = { readonly width: number; readonly height: number }
/** A scan's resolution, and its size once its pixels are squares. */
export type Resolution = Size & Pick<PageImage, 'dpi' | 'dpiIsAssumed' | 'scannedDpi'>

/** Densities that differ by less are the same; faxes have 204 × 98, 196 or 391; by more than fourfold nobody scans. */
const alike = 1.02
const furthest = 4

/**
 * The resolution of a scan by what its file says. Pixels that are no squares are stretched to the finer density, so that
 * none is lost. What is missing or absurd is assumed, and said to be.
 */
export function resolutionOf(told: ToldDensity | undefined, { width, height }: Size): Resolution {
  const { across, down, isRatio } = told ?? { across: 0, down: 0, isRatio: true }
  const ratio = across / down
  const isOblong = ratio >= 1 / furthest && ratio <= furthest && Math.max(ratio, 1 / ratio) > alike
  const said = isRatio ? [] : isOblong ? [Math.max(across, down)] : [across, down]
  const square = isOblong
    ? { width: Math.round(width * Math.max(1, 1 / ratio)), height: Math.round(height * Math.max(1, ratio)) }
    : { width, height }
  const believed = said.find((dpi) => isPlausible(dpi, square))
  const dpi = believed ?? usualDpi(square)
  const isSure = believed !== undefined && (isOblong || Math.max(ratio, 1 / ratio) <= alike)
  const scannedDpi = {
    across: tenths((dpi * width) / square.width),
    down: tenths((dpi * height) / square.height),
  }
  return { ...square, dpi, ...(!isSure && { dpiIsAssumed: true }), ...(isOblong && { scannedDpi }) }
}

/** Careless software writes 72, 1 or nothing: no sheet is larger than A3, or smaller than a receipt. */
function isPlausible(said: number, { width, height }: Size): boolean {
  const short = Math.min(width, height)
  return short / said <= a3ShortSide * 1.05 && short / said >= 1.5
}

/** The sheet is taken for A4 at a usual resolution. */
function usualDpi({ width, height }: Size): number {
  const guess = Math.min(width, height) / a4ShortSide
  return usual.reduce((best, each) => (Math.abs(each - guess) < Math.abs(best - guess) ? each : best))
}

const tenths = (value: number): number => Math.round(value * 10) / 10
