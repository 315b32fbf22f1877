const usual = [100, 150, 200, 240, 300, 400, 600, 800, 1200]
const a3ShortSide = 11.7
const a4ShortSide = 8.27

/**
 * Dots per inch of a scan. What the file says is believed unless it makes the sheet larger than A3 or smaller than a
 * receipt (cameras and careless software write 72 or nothing); then the sheet is taken for A4 at a usual resolution.
 */
export function plausibleDpi(said: number | undefined, width: number, height: number): number {
  const short = Math.min(width, height)
  if (said && short / said <= a3ShortSide * 1.05 && short / said >= 1.5) return said
  const guess = short / a4ShortSide
  return usual.reduce((best, each) => (Math.abs(each - guess) < Math.abs(best - guess) ? each : best))
}
