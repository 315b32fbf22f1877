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
  header(): Uint8Array[]
  /** @throws RangeError when the file is too long for its own table */
  object(ref: PDFRef, object: PDFObject): Uint8Array[]
  /** Cross-reference table and trailer; nothing comes after. */
  end(): Uint8Array[]
}

export function createObjectWriter(context: PDFContext): ObjectWriter {
  /** Where each object begins, by its number. */
  const places: number[] = []
  let written = 0
  const counted = (parts: Uint8Array[]): Uint8Array[] => {
    for (const part of parts) written += part.length
    return parts
  }
  return {
    header: () => counted([bytesOf(context.header, '\n\n')]),
    object(ref, object) {
      if (written > furthest) throw new RangeError('past the reach of a cross-reference table')
      places[ref.objectNumber] = written
      const { objectNumber, generationNumber } = ref
      return counted(partsOf(`${objectNumber} ${generationNumber} obj\n`, object))
    },
    end() {
      const start = written
      const { Root, Info, ID } = context.trailerInfo
      const dict = context.obj({ Size: PDFNumber.of(places.length), Root, Info, ID })
      const trailer = [PDFTrailerDict.of(dict), PDFTrailer.forLastCrossRefSectionOffset(start)]
      return counted([tableOf(places), ...trailer].map((part) => bytesOf(part, '\n')))
    },
  }
}

/** What a stream holds is taken as it is, not copied: the library would do so byte by byte. */
function partsOf(begin: string, object: PDFObject): Uint8Array[] {
  if (!(object instanceof PDFRawStream)) return [bytesOf(object, '\nendobj\n\n', begin)]
  object.updateDict()
  const end = Buffer.from('\nendstream\nendobj\n\n')
  return [bytesOf(object.dict, '\nstream\n', begin), object.contents, end]
}

function tableOf(places: readonly number[]): PDFCrossRefSection {
  const table = PDFCrossRefSection.create()
  for (const [number, place] of places.entries())
    if (place !== undefined) table.addEntry(PDFRef.of(number), place)
  return table
}

type Serialised = { sizeInBytes(): number; copyBytesInto(buffer: Uint8Array, offset: number): number }

function bytesOf(part: Serialised, after: string, before = ''): Buffer {
  const size = part.sizeInBytes()
  const bytes = Buffer.alloc(before.length + size + after.length)
  bytes.write(before, 'latin1')
  part.copyBytesInto(bytes, before.length)
  bytes.write(after, before.length + size, 'latin1')
  return bytes
}
