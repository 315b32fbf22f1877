import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { prepareZXingModule, type ReaderOptions, type ReadResult, readBarcodes } from 'zxing-wasm/reader'
import { Failure } from '../../domain/failure.ts'
import { Barcode } from '../../domain/page.ts'
import type { BarcodeReader } from '../../ports.ts'

/** Long side of the cheap view: an A4 page at 150 dpi, enough for a cover sheet's DataMatrix of 14 mm. */
const cheapLongSide = 1754
/** Long side of the thorough view: A3 at 400 dpi. */
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
  const { greymap, height } = isGreymap(image) ? viewed(image) : await shrunk(image, longSide)
  const found = await readBarcodes(greymap, options)
  return found.filter((code) => code.isValid).toSorted(inReadingOrder(height))
}

type View = { readonly greymap: Uint8Array; readonly height: number }

const isGreymap = (image: Buffer): boolean => image.toString('latin1', 0, 2) === 'P5'

/** A portable greymap as it is: the decoder reads that format, one byte a pixel. */
function viewed(greymap: Buffer): View {
  const [, width, height] = /^P5\n(\d+) (\d+)\n255\n/.exec(greymap.toString('latin1', 0, 32)) ?? []
  if (!width || !height) throw new Failure('file-unreadable')
  return { greymap, height: Number(height) }
}

async function shrunk(image: Buffer, longSide: number): Promise<View> {
  const picture = sharp(image).flatten({ background: '#fff' }).toColourspace('b-w')
  const sized = picture.resize(longSide, longSide, { fit: 'inside', withoutEnlargement: true })
  const { data, info } = await sized.raw().toBuffer({ resolveWithObject: true })
  const head = Buffer.from(`P5\n${info.width} ${info.height}\n255\n`, 'latin1')
  return { greymap: Buffer.concat([head, data]), height: info.height }
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
