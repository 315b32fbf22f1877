import type { GreyView } from '../../../src/adapters/images/grey-view.ts'

export type Lying = {
  /** Millimetres. */
  readonly size: number
  readonly degrees: number
  readonly ink: number
  readonly level: number
  /** Levels by which a pixel may be off. */
  readonly noise: number
  readonly seed: number
}

/** A symbol in the middle of a small sheet at 150 dpi, softened as a scanner does: each pixel is the mean of nine places. */
export function drawModules({ path, modules }: { path: string; modules: number }, scan: Lying): GreyView {
  const dark = darkModules(path, modules)
  const [side, dpi] = [300, 150]
  const [sin, cos] = [Math.sin((scan.degrees * Math.PI) / 180), Math.cos((scan.degrees * Math.PI) / 180)]
  const unit = (scan.size * dpi) / 25.4 / modules
  const pixels = new Uint8Array(side * side)
  let random = scan.seed | 1
  for (let at = 0; at < pixels.length; at++) {
    let covered = 0
    for (let place = 0; place < 9; place++) {
      const dx = (at % side) - side / 2 + (place % 3) / 2
      const dy = Math.floor(at / side) - side / 2 + Math.floor(place / 3) / 2
      const column = Math.floor((dx * cos + dy * sin) / unit + modules / 2)
      const row = Math.floor((dy * cos - dx * sin) / unit + modules / 2)
      if (dark.has(row * 1000 + column)) covered++
    }
    random = (Math.imul(random, 1_103_515_245) + 12_345) >>> 0
    const off = (random / 2 ** 31 - 1) * scan.noise
    pixels[at] = Math.max(0, Math.min(255, scan.level + ((scan.ink - scan.level) * covered) / 9 + off))
  }
  return { pixels, width: side, height: side, dpi }
}

/** Modules of a path of horizontal bars, `Mx yHx…`, as row × 1000 + column. */
function darkModules(path: string, modules: number): Set<number> {
  const dark = new Set<number>()
  for (const [, x, y, end] of path.matchAll(/M(\d+) (\d+)H(\d+)/g))
    for (let column = Number(x); column < Number(end); column++) dark.add(Number(y) * 1000 + column)
  if (dark.size < modules) throw new Error('no modules were seen')
  return dark
}
