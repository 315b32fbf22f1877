import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { prepareZXingModule, type ReaderOptions, type ReadResult, readBarcodes } from 'zxing-wasm/reader'
import { Barcode } from '../../domain/page.ts'
import type { BarcodeReader } from '../../ports.ts'

/** Long side of the cheap view: an A4 page at 150 dpi, enough for a cover sheet's DataMatrix of 14 mm. */
const cheapLongSide = 1754
/** Long side of the thorough view: A3 at 400 dpi. The decoder takes four bytes a pixel, several times over. */
const fullLongSide = 6614
const formats = Barcode.shape.format.options

/** Without rendering: « plain » keeps control characters, such as the group separators (ASCII 29) of an INS DataMatrix. */
const common: ReaderOptions = { formats: [...formats], textMode: 'Plain', tryInvert: false, tryRotate: true }
const cheap: ReaderOptions = { ...common, tryHarder: true, tryDownscale: false }
const full: ReaderOptions = { ...common, tryHarder: true, tryDownscale: true, tryDenoise: true }

/**
 * Reads DataMatrix, Code 128 and QR codes from a page image, however it is turned. The decoder is the WebAssembly
 * module of its package on this disk, never one from a network.
 */
export function createBarcodeReader(): BarcodeReader {
  const file = fileURLToPath(import.meta.resolve('zxing-wasm/reader/zxing_reader.wasm'))
  const bytes = readFileSync(file)
  const wasmBinary = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength)
  prepareZXingModule({ overrides: { wasmBinary } })
  return {
    async read(image, { thorough = false } = {}) {
      const seen = await search(image, cheap, cheapLongSide)
      const found = thorough ? [...seen, ...(await search(image, full, fullLongSide))] : seen
      return distinct(found).map(({ format, text }) => Barcode.parse({ format, text }))
    },
  }
}

async function search(image: Buffer, options: ReaderOptions, longSide: number): Promise<ReadResult[]> {
  const picture = sharp(image).flatten({ background: '#fff' }).toColourspace('b-w')
  const sized = picture.resize(longSide, longSide, { fit: 'inside', withoutEnlargement: true })
  const { data, info } = await sized.raw().toBuffer({ resolveWithObject: true })
  const found = await readBarcodes(canvasPixels(data, info.width, info.height), options)
  return found.filter((code) => code.isValid).toSorted(inReadingOrder(info.height))
}

type CanvasPixels = Exclude<Parameters<typeof readBarcodes>[0], Blob | ArrayBuffer | Uint8Array>

/** The decoder takes pixels as a browser's canvas gives them: red, green, blue and opacity. */
function canvasPixels(grey: Buffer, width: number, height: number): CanvasPixels {
  const pixels = new Uint32Array(width * height)
  for (let at = 0; at < grey.length; at++) pixels[at] = grey[at]! * 0x010101
  return { data: new Uint8ClampedArray(pixels.buffer), width, height, colorSpace: 'srgb' } as CanvasPixels
}

/** Down the page, then across; codes within a fiftieth of its height stand side by side. */
const inReadingOrder = (height: number) => (one: ReadResult, other: ReadResult) => {
  const [a, b] = [one.position.topLeft, other.position.topLeft]
  return Math.abs(a.y - b.y) > height / 50 ? a.y - b.y : a.x - b.x
}

function distinct(codes: readonly ReadResult[]): ReadResult[] {
  const byContent = new Map(codes.map((code) => [`${code.format}\0${code.text}`, code]))
  return [...byContent.values()]
}
