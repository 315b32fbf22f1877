/** What PDF calls Flate with a PNG predictor: a PNG's compressed rows, of eight bits a sample. */
export type PngRows = {
  readonly rows: Buffer
  readonly width: number
  readonly height: number
  readonly channels: 1 | 3
}

/** A colour profile would have to be applied, a transparent colour to be laid on white. */
const changesColours = new Set(['iCCP', 'tRNS'])

/**
 * Takes the rows out of a PNG (ISO/IEC 15948) without touching a pixel; undefined when PDF/A-1 could not show them as
 * they are: a palette, transparency, 16 bits, interlacing, or no PNG.
 */
export function pngRows(png: Buffer): PngRows | undefined {
  const chunks = [...chunksOf(png)]
  const header = chunks[0]?.type === 'IHDR' ? chunks[0].content : undefined
  if (header?.length !== 13 || chunks.some(({ type }) => changesColours.has(type))) return undefined
  const [bits, colourType, , , interlaced] = header.subarray(8)
  if (bits !== 8 || (colourType !== 0 && colourType !== 2) || interlaced !== 0) return undefined
  const rows = Buffer.concat(chunks.filter(({ type }) => type === 'IDAT').map(({ content }) => content))
  const channels = colourType === 0 ? 1 : 3
  return { rows, width: header.readUInt32BE(0), height: header.readUInt32BE(4), channels }
}

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])

function* chunksOf(png: Buffer): Generator<{ type: string; content: Buffer }> {
  if (!png.subarray(0, 8).equals(signature)) return
  for (let at = 8; at + 12 <= png.length; ) {
    const length = png.readUInt32BE(at)
    yield { type: png.toString('latin1', at + 4, at + 8), content: png.subarray(at + 8, at + 8 + length) }
    at += length + 12
  }
}
