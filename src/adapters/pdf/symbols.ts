import bwipjs from 'bwip-js'

/** A symbol as an SVG path whose unit is one module; without the quiet zone, which the caller leaves. */
export type SymbolPath = { readonly path: string; readonly modules: number }

/** A DataMatrix (ISO/IEC 16022, ECC 200), square. */
export const modulesPath = (text: string): SymbolPath => matrixPath({ bcid: 'datamatrix', text })

/** A QR code (ISO/IEC 18004) of which a quarter may be lost. */
export const qrPath = (text: string): SymbolPath => matrixPath({ bcid: 'qrcode', text, eclevel: 'Q' })

function matrixPath(wish: { bcid: string; text: string; eclevel?: string }): SymbolPath {
  const [symbol] = bwipjs.raw(wish)
  if (!symbol || !('pixs' in symbol)) throw new TypeError('no matrix symbol')
  const { pixs, pixx, pixy } = symbol
  const runs: string[] = []
  for (let y = 0; y < pixy; y++) {
    for (let x = 0; x < pixx; x++) {
      const start = x
      while (x < pixx && pixs[y * pixx + x]) x++
      if (x > start) runs.push(`M${start} ${y}H${x}V${y + 1}H${start}Z`)
    }
  }
  return { path: runs.join(''), modules: pixx }
}

/** A Code 128 (ISO/IEC 15417) whose bars are `height` modules high. */
export function barsPath(text: string, height = 28): SymbolPath {
  const [symbol] = bwipjs.raw({ bcid: 'code128', text })
  if (!symbol || !('sbs' in symbol)) throw new TypeError('no bar symbol')
  let x = 0
  let path = ''
  // Widths of bar, space, bar, space …
  for (const [index, width] of symbol.sbs.entries()) {
    if (index % 2 === 0) path += `M${x} 0H${x + width}V${height}H${x}Z`
    x += width
  }
  return { path, modules: x }
}
