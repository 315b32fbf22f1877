import {
  type PDFContext,
  PDFCrossRefSection,
  PDFNumber,
  type PDFObject,
  PDFRawStream,
  PDFRef,
  PDFTrailer,
  PDFTrailerDict,
} from '@cantoo/pdf-lib'

/** A cross-reference table says where an object begins in ten digits (ISO 32000-1, 7.5.4). */
const furthest = 9_999_999_999

/**
 * Turns objects into the bytes of a PDF file one by one: what was written may be forgotten, only its place is kept. The
 * calls' results, one after the other, are the file.
 */
export type ObjectWriter = {
  header(): Buffer
  /** @throws RangeError when the file is too long for its own table */
  object(ref: PDFRef, object: PDFObject): Buffer
  /** Cross-reference table and trailer; nothing comes after. */
  end(): Buffer
}

export function createObjectWriter(context: PDFContext): ObjectWriter {
  /** Where each object begins, by its number. */
  const places: number[] = []
  let written = 0
  const counted = (bytes: Buffer): Buffer => {
    written += bytes.length
    return bytes
  }
  return {
    header: () => counted(Buffer.concat([bytesOf(context.header), Buffer.from('\n\n')])),
    object(ref, object) {
      if (written > furthest) throw new RangeError('past the reach of a cross-reference table')
      places[ref.objectNumber] = written
      const { objectNumber, generationNumber } = ref
      const begin = Buffer.from(`${objectNumber} ${generationNumber} obj\n`)
      return counted(Buffer.concat([begin, ...partsOf(object), Buffer.from('\nendobj\n\n')]))
    },
    end() {
      const start = written
      const { Root, Info, ID } = context.trailerInfo
      const dict = context.obj({ Size: PDFNumber.of(places.length), Root, Info, ID })
      const trailer = [
        tableOf(places),
        PDFTrailerDict.of(dict),
        PDFTrailer.forLastCrossRefSectionOffset(start),
      ]
      return counted(Buffer.concat(trailer.flatMap((part) => [bytesOf(part), Buffer.from('\n')])))
    },
  }
}

/** Streams are taken as they are: the library would copy them byte by byte. */
function partsOf(object: PDFObject): Uint8Array[] {
  if (!(object instanceof PDFRawStream)) return [bytesOf(object)]
  object.updateDict()
  return [bytesOf(object.dict), Buffer.from('\nstream\n'), object.contents, Buffer.from('\nendstream')]
}

function tableOf(places: readonly number[]): PDFCrossRefSection {
  const table = PDFCrossRefSection.create()
  for (const [number, place] of places.entries())
    if (place !== undefined) table.addEntry(PDFRef.of(number), place)
  return table
}

type Serialised = { sizeInBytes(): number; copyBytesInto(buffer: Uint8Array, offset: number): number }

function bytesOf(part: Serialised): Buffer {
  const bytes = Buffer.alloc(part.sizeInBytes())
  part.copyBytesInto(bytes, 0)
  return bytes
}
