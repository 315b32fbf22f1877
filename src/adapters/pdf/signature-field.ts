import { createHash } from 'node:crypto'
import {
  PDFArray,
  PDFDict,
  PDFDocument,
  PDFHexString,
  PDFName,
  PDFNumber,
  PDFString,
  type PDFRef,
} from '@cantoo/pdf-lib'
import { Failure } from '../../domain/failure.ts'

export type Field = {
  readonly name: string
  /** A signature (ETSI EN 319 142-1 §5.3), or a time-stamp of all that is there (§5.4.3). */
  readonly kind: 'signature' | 'document-timestamp'
  /** Where on the page it can be clicked; nowhere without. */
  readonly place?: readonly [left: number, bottom: number, right: number, top: number]
  /** When the signer says that it signed, and why. */
  readonly signedAt?: Date
  readonly reason?: string
  /** Bytes that the signature may take. */
  readonly room: number
}

/** The two stretches around a signature: from, length, from, length (ISO 32000-1, 12.8.1). */
export type ByteRange = readonly [0, number, number, number]

/** Everything but the `length` bytes of `<…>` at `from`. */
export const rangeAround = (total: number, from: number, length: number): ByteRange => [
  0,
  from,
  from + length,
  total - from - length,
]

export const digestOf = (pdf: Buffer, [, before, from, after]: ByteRange): Buffer =>
  createHash('sha256')
    .update(pdf.subarray(0, before))
    .update(pdf.subarray(from, from + after))
    .digest()

/** Ten digits, which the true numbers take the place of, with spaces around. */
const placeholder = 9_999_999_999

/**
 * Appends a signature field as an incremental update (ISO 32000-1, 7.5.6): what was there stays byte for byte. `sign` is
 * given the SHA-256 of everything but the signature itself, and returns the signature in DER.
 * @throws Failure certificate-not-made when it does not fit
 */
export async function appendField(
  pdf: Buffer,
  field: Field,
  sign: (digest: Buffer) => Promise<Buffer>,
): Promise<Buffer> {
  const prepared = await prepare(pdf, field)
  const hole = Buffer.from(`<${'0'.repeat(field.room * 2)}>`)
  const from = prepared.lastIndexOf(hole)
  const range = rangeAround(prepared.length, from, hole.length)
  writeRange(prepared, range)
  const signature = (await sign(digestOf(prepared, range))).toString('hex')
  if (signature.length > field.room * 2)
    throw new Failure('certificate-not-made', { reason: 'signature-too-long' })
  prepared.write(signature, from + 1, 'latin1')
  return prepared
}

function writeRange(pdf: Buffer, range: ByteRange): void {
  const blank = `[ 0 ${placeholder} ${placeholder} ${placeholder} ]`
  const said = `[ ${range.join(' ')} ]`
  pdf.write(said.padEnd(blank.length), pdf.lastIndexOf(blank), 'latin1')
}

async function prepare(pdf: Buffer, field: Field): Promise<Buffer> {
  const document = await PDFDocument.load(pdf, { forIncrementalUpdate: true, updateMetadata: false })
  const { context } = document
  const page = document.getPage(0)
  const widget = context.register(
    context.obj({
      Type: 'Annot',
      Subtype: 'Widget',
      FT: 'Sig',
      T: PDFString.of(field.name),
      V: context.register(dictionaryOf(document, field)),
      // Print, and locked: PDF/A wants the one and forbids to hide (ISO 19005-1, 6.5.3).
      F: 132,
      P: page.ref,
      Rect: [...(field.place ?? [0, 0, 0, 0])],
      AP: { N: emptyAppearance(document, field) },
    }),
  )
  const [annotations, form] = [lookUp(document, page.node), formOf(document)]
  annotations.push(widget)
  form.lookup(PDFName.of('Fields'), PDFArray).push(widget)
  return Buffer.from(await document.commit({ useObjectStreams: false }))
}

function dictionaryOf({ context }: PDFDocument, { kind, room, signedAt, reason }: Field): PDFDict {
  const isSignature = kind === 'signature'
  return context.obj({
    Type: isSignature ? 'Sig' : 'DocTimeStamp',
    Filter: 'Adobe.PPKLite',
    SubFilter: isSignature ? 'ETSI.CAdES.detached' : 'ETSI.RFC3161',
    ...(signedAt ? { M: PDFString.fromDate(signedAt) } : {}),
    ...(reason ? { Reason: PDFHexString.fromText(reason) } : {}),
    Contents: PDFHexString.of('0'.repeat(room * 2)),
    ByteRange: [0, placeholder, placeholder, placeholder],
  })
}

/** The page itself says who signed; the field is only where a reader can be clicked. */
function emptyAppearance({ context }: PDFDocument, { place = [0, 0, 0, 0] }: Field): PDFRef {
  const [left, bottom, right, top] = place
  return context.register(
    context.stream('', { Type: 'XObject', Subtype: 'Form', BBox: [0, 0, right - left, top - bottom] }),
  )
}

/** Made with the page, each as an object of its own, so that an update replaces no more than these. */
const lookUp = (_document: PDFDocument, page: PDFDict): PDFArray =>
  page.lookup(PDFName.of('Annots'), PDFArray)
const formOf = ({ catalog }: PDFDocument): PDFDict => catalog.lookup(PDFName.of('AcroForm'), PDFDict)

/** Room for the fields to come: an empty form, an empty list of annotations. */
export function expectFields(document: PDFDocument): void {
  const { context, catalog } = document
  // SigFlags: there are signatures, and whoever changes the file appends (ISO 32000-1, table 219).
  const form = context.obj({ Fields: [], SigFlags: PDFNumber.of(3) })
  catalog.set(PDFName.of('AcroForm'), context.register(form))
  document.getPage(0).node.set(PDFName.of('Annots'), context.register(context.obj([])))
}
