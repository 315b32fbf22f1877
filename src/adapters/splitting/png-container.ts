import { crc32 } from 'node:zlib'

export type PngHeader = {
  readonly width: number
  readonly height: number
  readonly bitDepth: 1 | 2 | 4 | 8 | 16
  /** 0 grey, 2 red green blue, 3 palette. */
  readonly colourType: 0 | 2 | 3
  readonly dpi: number
  readonly palette?: Buffer
}

/** Puts zlib-compressed, PNG-filtered rows into a PNG file (ISO/IEC 15948): no pixel is touched. */
export function pngOf(header: PngHeader, rows: Buffer): Buffer {
  const perMetre = Math.round(header.dpi / 0.0254)
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk(
      'IHDR',
      Buffer.of(...be32(header.width), ...be32(header.height), header.bitDepth, header.colourType, 0, 0, 0),
    ),
    chunk('pHYs', Buffer.of(...be32(perMetre), ...be32(perMetre), 1)),
    ...(header.palette ? [chunk('PLTE', header.palette)] : []),
    chunk('IDAT', rows),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

/** Bytes of one row before filtering. */
export const bytesPerRow = ({ width, bitDepth, colourType }: Omit<PngHeader, 'dpi'>): number =>
  Math.ceil((width * bitDepth * (colourType === 2 ? 3 : 1)) / 8)

/** Gives each row the filter byte 0, « none », that PNG wants in front. */
export function unfilteredRows(pixels: Buffer, rowBytes: number, height: number): Buffer {
  const rows = Buffer.alloc((rowBytes + 1) * height)
  for (let y = 0; y < height; y++) {
    pixels.copy(rows, y * (rowBytes + 1) + 1, y * rowBytes, (y + 1) * rowBytes)
  }
  return rows
}

function chunk(type: string, content: Buffer): Buffer {
  const typed = Buffer.concat([Buffer.from(type, 'latin1'), content])
  return Buffer.concat([Buffer.of(...be32(content.length)), typed, Buffer.of(...be32(crc32(typed)))])
}

const be32 = (value: number): number[] => [
  value >>> 24,
  (value >>> 16) & 255,
  (value >>> 8) & 255,
  value & 255,
]
