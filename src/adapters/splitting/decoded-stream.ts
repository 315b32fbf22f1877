import { decodePDFRawStream, PDFArray, PDFDict, PDFName, PDFNumber, type PDFRawStream } from '@cantoo/pdf-lib'

const [none, firstOfPng] = [1, 10]

/**
 * What a stream of objects or of cross-references holds. The library undoes its filters but no prediction (ISO 32000-1,
 * 7.4.4.4), which most programs use for the latter. @throws when it cannot be decoded
 */
export function decodedStream(stream: PDFRawStream): Uint8Array {
  const bytes = decodePDFRawStream(stream).decode()
  const said = stream.dict.lookup(PDFName.of('DecodeParms'))
  const parameters = said instanceof PDFArray && said.size() === 1 ? said.lookup(0) : said
  if (!(parameters instanceof PDFDict)) return bytes
  const number = (name: string, otherwise: number): number => {
    const value = parameters.lookup(PDFName.of(name))
    return value instanceof PDFNumber ? value.asNumber() : otherwise
  }
  const predictor = number('Predictor', none)
  if (predictor <= none) return bytes
  const [columns, bits] = [number('Columns', 1), number('Colors', 1) * number('BitsPerComponent', 8)]
  if (predictor < firstOfPng || !(columns >= 1 && bits >= 1)) throw new Error('an unknown prediction')
  return unpredicted(bytes, Math.ceil((columns * bits) / 8), Math.ceil(bits / 8))
}

/** Undoes the filters of PNG (ISO/IEC 15948, 9): each row says in its first byte how it was predicted. */
function unpredicted(bytes: Uint8Array, rowBytes: number, pixelBytes: number): Uint8Array {
  const rows = Math.floor(bytes.length / (rowBytes + 1))
  const plain = new Uint8Array(rows * rowBytes)
  for (let row = 0; row < rows; row++) {
    const filter = bytes[row * (rowBytes + 1)]!
    for (let index = 0; index < rowBytes; index++) {
      const at = row * rowBytes + index
      const left = index >= pixelBytes ? plain[at - pixelBytes]! : 0
      const above = row > 0 ? plain[at - rowBytes]! : 0
      const corner = row > 0 && index >= pixelBytes ? plain[at - rowBytes - pixelBytes]! : 0
      plain[at] = bytes[row * (rowBytes + 1) + 1 + index]! + predicted(filter, left, above, corner)
    }
  }
  return plain
}

function predicted(filter: number, left: number, above: number, corner: number): number {
  if (filter === 0) return 0
  if (filter === 1) return left
  if (filter === 2) return above
  if (filter === 3) return (left + above) >> 1
  if (filter !== 4) throw new Error('an unknown filter')
  const guess = left + above - corner
  const [toLeft, toAbove, toCorner] = [left, above, corner].map((value) => Math.abs(guess - value))
  if (toLeft! <= toAbove! && toLeft! <= toCorner!) return left
  return toAbove! <= toCorner! ? above : corner
}
