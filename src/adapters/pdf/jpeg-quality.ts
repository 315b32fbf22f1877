/** Sum of the luminance table of the Independent JPEG Group at quality 50 (ITU-T T.81, table K.1). */
const sumAtFifty = 3692
const startOfScan = 0xda
const quantisation = 0xdb

/**
 * The quality, 1 to 100, at which the Independent JPEG Group's encoder would have divided as finely in the mean: read off
 * the first quantisation table (ITU-T T.81, B.2.4.1), nothing is decoded. 100 where there is none to be read.
 */
export function jpegQuality(jpeg: Buffer): number {
  const sum = tableSum(jpeg)
  if (sum === undefined) return 100
  const percent = (sum * 100) / sumAtFifty
  return Math.max(1, Math.min(100, percent <= 100 ? (200 - percent) / 2 : 5000 / percent))
}

function tableSum(jpeg: Buffer): number | undefined {
  for (let at = 2; at + 4 <= jpeg.length; ) {
    const marker = jpeg[at + 1]!
    if (jpeg[at] !== 0xff || marker === startOfScan) return undefined
    const length = marker === 0xff ? -1 : jpeg.readUInt16BE(at + 2)
    if (marker === quantisation) {
      const wide = jpeg[at + 4]! >> 4 === 1
      const table = jpeg.subarray(at + 5, at + 5 + (wide ? 128 : 64))
      if (table.length < (wide ? 128 : 64)) return undefined
      return table.reduce((sum, value, index) => sum + (wide && index % 2 === 0 ? value * 256 : value), 0)
    }
    at += length + 2
  }
  return undefined
}
