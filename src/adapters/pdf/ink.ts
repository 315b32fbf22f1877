/** What is written on a page, apart from the paper. */
export type Ink = {
  /** The class of each pixel: 0 paper, 1 ink, 2 the soft edge of ink, 3 what is next to that. */
  readonly classes: Uint8Array
  /** Where the ink is, pixel by pixel, in the order of the rows. */
  readonly places: Uint32Array
}

/** 2.7 mm at 300 dpi: a line of text, some of it paper. */
const cell = 32
/** Ink is darker than its paper by this share of how dark the darkest of it is … */
const enough = 0.45
/** … and by so many levels, and so many deviations of the noise. */
const leastLevels = 24
const leastDeviations = 4.5
/** So many rows have the same threshold. */
const rowsAlike = 8

type Grid = { readonly levels: Float32Array; readonly columns: number; readonly rows: number }

/** Tells ink from paper by thresholds that follow both from place to place; lone specks are paper. */
export function inkOf(grey: Uint8Array, width: number, height: number): Ink {
  const grid = thresholdsOf(grey, width, height)
  const classes = new Uint8Array(grey.length)
  const limits = new Uint8Array(width)
  for (let y = 0; y < height; y++) {
    if (y % rowsAlike === 0) limitsAt(limits, grid, y + rowsAlike / 2)
    const start = y * width
    for (let x = 0; x < width; x++) if (grey[start + x]! < limits[x]!) classes[start + x] = 1
  }
  const places = withoutSpecks(classes, width, height)
  for (const at of places) markEdge(classes, width, height, at)
  return { classes, places }
}

function thresholdsOf(grey: Uint8Array, width: number, height: number): Grid {
  const [columns, rows] = [Math.ceil(width / cell), Math.ceil(height / cell)]
  const papers = new Float32Array(columns * rows)
  const inks = new Float32Array(columns * rows)
  const spreads = new Float32Array(columns * rows)
  const counts = new Uint16Array(256)
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      const at = row * columns + column
      counts.fill(0)
      const samples = count(grey, width, height, column * cell, row * cell, counts)
      papers[at] = levelAt(counts, samples * 0.85)
      inks[at] = levelAt(counts, samples * 0.02)
      spreads[at] = papers[at] - levelAt(counts, samples * 0.5)
    }
  // Bare paper is what most cells with little spread are; its upper sixth begins one deviation above its middle.
  const noise = spreads.toSorted()[Math.floor(spreads.length * 0.3)]!
  const least = Math.max(leastLevels, noise * leastDeviations)
  const brightest = widened(papers, columns, rows)
  const levels = brightest.map((level, at) => level - Math.max(least, (level - inks[at]!) * enough))
  return { levels, columns, rows }
}

/** Every other pixel of a cell in both directions. */
function count(
  grey: Uint8Array,
  width: number,
  height: number,
  left: number,
  top: number,
  counts: Uint16Array,
): number {
  const [right, bottom] = [Math.min(width, left + cell), Math.min(height, top + cell)]
  let samples = 0
  for (let y = top; y < bottom; y += 2)
    for (let x = left; x < right; x += 2) {
      counts[grey[y * width + x]!]!++
      samples++
    }
  return samples
}

function levelAt(counts: Uint16Array, wanted: number): number {
  let level = 0
  for (let sum = counts[0]!; sum <= wanted && level < 255; ) sum += counts[++level]!
  return level
}

/** The brightest of a cell and its neighbours: the inside of a large letter knows its paper from there. */
function widened(levels: Float32Array, columns: number, rows: number): Float32Array {
  return levels.map((_, at) => {
    const [x, y] = [at % columns, Math.floor(at / columns)]
    let brightest = 0
    for (let row = Math.max(0, y - 1); row <= Math.min(rows - 1, y + 1); row++)
      for (let column = Math.max(0, x - 1); column <= Math.min(columns - 1, x + 1); column++)
        brightest = Math.max(brightest, levels[row * columns + column]!)
    return brightest
  })
}

/** Thresholds of one row of pixels, drawn between the middles of four cells. */
function limitsAt(limits: Uint8Array, { levels, columns, rows }: Grid, y: number): void {
  const down = Math.min(rows - 1, Math.max(0, y / cell - 0.5))
  const [above, below] = [Math.floor(down), Math.min(rows - 1, Math.floor(down) + 1)]
  const low = down - above
  const row = Float32Array.from(
    { length: columns },
    (_, at) => levels[above * columns + at]! * (1 - low) + levels[below * columns + at]! * low,
  )
  for (let x = 0; x < limits.length; x++) {
    const along = Math.min(columns - 1, Math.max(0, (x + 0.5) / cell - 0.5))
    const left = Math.floor(along)
    const right = Math.min(columns - 1, left + 1)
    limits[x] = Math.max(0, row[left]! + (row[right]! - row[left]!) * (along - left))
  }
}

/** Ink with fewer than two neighbours becomes paper. @returns where the rest is */
function withoutSpecks(classes: Uint8Array, width: number, height: number): Uint32Array {
  let [found, kept] = [0, 0]
  for (let at = 0; at < classes.length; at++) found += classes[at]!
  const places = new Uint32Array(found)
  const specks: number[] = []
  for (let y = 0; y < height; y++)
    for (let x = 0, at = y * width; x < width; x++, at++) {
      if (classes[at] === 0) continue
      const inside = x > 0 && y > 0 && x < width - 1 && y < height - 1
      if (inside && around(classes, width, at) >= 2) places[kept++] = at
      else specks.push(at)
    }
  for (const at of specks) classes[at] = 0
  return places.subarray(0, kept)
}

/** How much of what is around a pixel is ink, before any edge is marked. */
const around = (classes: Uint8Array, width: number, at: number): number =>
  classes[at - width - 1]! +
  classes[at - width]! +
  classes[at - width + 1]! +
  classes[at - 1]! +
  classes[at + 1]! +
  classes[at + width - 1]! +
  classes[at + width]! +
  classes[at + width + 1]!

/** Inside a stroke everything around is marked by others. */
function markEdge(classes: Uint8Array, width: number, height: number, at: number): void {
  const isInside =
    classes[at - 1] === 1 && classes[at + 1] === 1 && classes[at - width] === 1 && classes[at + width] === 1
  if (isInside) return
  const [x, y] = [at % width, Math.floor(at / width)]
  const [left, right] = [Math.max(0, x - 2), Math.min(width - 1, x + 2)]
  const bottom = Math.min(height - 1, y + 2)
  for (let row = Math.max(0, y - 2); row <= bottom; row++) {
    const isNext = row >= y - 1 && row <= y + 1
    for (let column = left, place = row * width + left; column <= right; column++, place++)
      if (classes[place] === 1) continue
      else if (isNext && column >= x - 1 && column <= x + 1) classes[place] = 2
      else if (classes[place] === 0) classes[place] = 3
  }
}
