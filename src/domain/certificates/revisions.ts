import type { Bytes } from '../timestamps/der.ts'

/** A signature in a PDF file, and how far the file was when it was made. */
export type Revision = {
  readonly kind: 'signature' | 'document-timestamp'
  /** The two stretches that it covers: all up to `end` but itself. */
  readonly before: Bytes
  readonly after: Bytes
  readonly end: number
  /** In DER. */
  readonly contents: Bytes
  /** What the PDF itself says of when. */
  readonly signedAt: Date | undefined
}

export type RevisionFault =
  | 'not-signed'
  | 'range-malformed'
  | 'contents-malformed'
  | 'bytes-after-signature'
  | 'update-foreign'

/** Thrown inside this room only. */
export class RevisionRefused extends Error {
  override readonly name = 'RevisionRefused'
  readonly fault: RevisionFault
  /** Counts from 1 in the order in which they were made. */
  readonly signature: number

  constructor(fault: RevisionFault, signature = 1) {
    super(fault)
    this.fault = fault
    this.signature = signature
  }
}

const refuse = (fault: RevisionFault): never => {
  throw new RevisionRefused(fault)
}

/** One character for each byte. */
const textOf = (bytes: Uint8Array): string => {
  let text = ''
  for (let at = 0; at < bytes.length; at += 8192)
    text += String.fromCharCode(...bytes.subarray(at, at + 8192))
  return text
}

/**
 * The signatures of a certificate of the house, which is a page, a signature, and time-stamps, each an incremental update
 * (ISO 32000-1, 7.5.6). What comes after the signature may add time-stamps and nothing else: whatever a file shows is what
 * was signed. @throws RevisionRefused
 */
export function revisionsOf(pdf: Bytes): Revision[] {
  const text = textOf(pdf)
  const count = text.split('/ByteRange').length - 1
  const ranges = [...text.matchAll(/\/ByteRange \[ 0 (\d{1,10}) (\d{1,10}) (\d{1,10}) \] *\n>>\nendobj\n/g)]
  if (count === 0) refuse('not-signed')
  if (ranges.length !== count) refuse('range-malformed')
  let updates: Update[] = []
  const read = (match: RegExpExecArray): Revision => {
    const [before, from, length] = match.slice(1).map(Number) as [number, number, number]
    const end = from + length
    const past = updates.at(-1)?.end ?? 0
    if (before < past || from <= before + 2 || match.index !== from + 1 || end > pdf.length)
      refuse('range-malformed')
    const hole = text.slice(before, from)
    if (!/^<[0-9a-f]+>$/.test(hole)) refuse('contents-malformed')
    const update = readUpdate(text, past, before, from, end)
    if (updates.length > 0) mustAddTimestamp(update, updates.at(-1)!, text)
    updates = [...updates, update]
    return {
      ...{ kind: update.kind, before: pdf.subarray(0, before), after: pdf.subarray(from, end), end },
      ...{ contents: contentsOf(hole.slice(1, -1)), signedAt: update.signedAt },
    }
  }
  const revisions = ranges.map((match, index) => {
    try {
      return read(match)
    } catch (error) {
      throw error instanceof RevisionRefused ? new RevisionRefused(error.fault, index + 1) : error
    }
  })
  if (revisions.at(-1)!.end !== pdf.length) refuse('bytes-after-signature')
  if (revisions.some(({ kind }, index) => (kind === 'signature') !== (index === 0))) refuse('update-foreign')
  return revisions
}

/** One DER value, and zeros up to the end of its room. */
function contentsOf(hex: string): Bytes {
  const bytes = Uint8Array.from(hex.match(/../g) ?? [], (two) => Number.parseInt(two, 16))
  const [, first = 0] = bytes
  const octets = first < 0x80 ? 0 : first & 0x7f
  const length =
    octets === 0 ? first : bytes.subarray(2, 2 + octets).reduce((sum, byte) => sum * 256 + byte, 0)
  const size = 2 + octets + length
  if (hex.length % 2 !== 0 || !(size <= bytes.length)) refuse('contents-malformed')
  if (bytes.subarray(size).some((byte) => byte !== 0)) refuse('contents-malformed')
  return bytes.slice(0, size)
}

type Update = {
  readonly kind: Revision['kind']
  readonly signedAt: Date | undefined
  readonly end: number
  readonly startxref: number
  readonly size: number
  readonly catalog: string
  readonly form: string
  readonly annotations: string
  readonly fields: string
  readonly identity: string
}

const reference = String.raw`\d+ 0 R`
/**
 * All of an update but the signature itself: what `appendField` writes, word by word, and only there: looked for from every
 * place, it would take the square of the time.
 */
const updateShape = new RegExp(
  String.raw`^\s*(?<catalog>\d+ 0 obj\n<<\n/Type /Catalog\n(?:(?!endobj).)*\nendobj)\n\n` +
    String.raw`(?<form>\d+) 0 obj\n<<\n/Fields \[ (?<fields>${reference}(?: ${reference})*) \]\n/SigFlags 3\n>>\nendobj\n\n` +
    String.raw`(?<annotations>\d+) 0 obj\n\[ \k<fields> \]\nendobj\n\n` +
    String.raw`(?<value>\d+) 0 obj\n<<\n/Type /(?<type>Sig|DocTimeStamp)\n/Filter /Adobe\.PPKLite\n/SubFilter /(?<filter>[\w.]+)\n` +
    String.raw`(?:/M \(D:(?<moment>\d{14})Z\)\n)?(?:/Reason <[0-9A-F]+>\n)?/Contents \n/ByteRange \[ [\d ]+\] *\n>>\nendobj\n\n` +
    String.raw`(?<appearance>\d+) 0 obj\n<<\n/Type /XObject\n/Subtype /Form\n/BBox \[ [\d ]+ \]\n/Length 0\n>>\nstream\n\nendstream\nendobj\n\n` +
    String.raw`(?<widget>\d+) 0 obj\n<<\n/Type /Annot\n/Subtype /Widget\n/FT /Sig\n/T \(\w+\)\n/V \k<value> 0 R\n/F 132\n/P ${reference}\n` +
    String.raw`/Rect \[ [\d ]+ \]\n/AP <<\n/N \k<appearance> 0 R\n>>\n>>\nendobj\n\n` +
    String.raw`xref\n(?<table>(?:[\d fn]+\n)+)\ntrailer\n<<\n/Size (?<size>\d+)\n(?<identity>(?:(?!/Prev).)*)/Prev (?<previous>\d+)\n>>\n\n` +
    String.raw`startxref\n(?<startxref>\d+)\n%%EOF$`,
  's',
)

function readUpdate(text: string, past: number, before: number, from: number, end: number): Update {
  // The page, where this is the first, comes before the update.
  const start = past > 0 ? past : text.slice(0, before).lastIndexOf('%%EOF\n') + 5
  const said = text.slice(start, before) + text.slice(from, end)
  const found = updateShape.exec(said)
  if (!found) return refuse('update-foreign')
  const parts = found.groups as Record<string, string>
  const [startxref, size] = [Number(parts['startxref']), Number(parts['size'])]
  if (!text.startsWith('xref\n', startxref)) refuse('update-foreign')
  mustLeadTo(parts['table']!, text, start)
  const isSignature = parts['type'] === 'Sig'
  if (parts['filter'] !== (isSignature ? 'ETSI.CAdES.detached' : 'ETSI.RFC3161')) refuse('update-foreign')
  return {
    ...{ kind: isSignature ? 'signature' : 'document-timestamp', signedAt: momentOf(parts['moment']), end },
    ...{ startxref, size, catalog: parts['catalog']!, form: parts['form']!, fields: parts['fields']! },
    ...{ annotations: parts['annotations']!, identity: parts['identity']! },
  }
}

/** Each place of the table is where its object begins, and within this update. */
function mustLeadTo(table: string, text: string, start: number): void {
  let number = 0
  for (const line of table.trimEnd().split('\n')) {
    const [, offset, kind] = /^(\d{10}) \d{5} ([nf]) ?$/.exec(line) ?? []
    if (offset === undefined) number = Number(line.split(' ')[0])
    else {
      const at = Number(offset)
      if (kind === 'n' && (at < start || !text.startsWith(`${number} 0 obj\n`, at))) refuse('update-foreign')
      number++
    }
  }
}

/** The same catalog, form and page; one more field, which shows nothing. */
function mustAddTimestamp(update: Update, last: Update, text: string): void {
  const added = update.fields.slice(last.fields.length + 1)
  const isTold =
    update.kind === 'document-timestamp' &&
    update.catalog === last.catalog &&
    update.form === last.form &&
    update.annotations === last.annotations &&
    update.identity === last.identity &&
    update.fields.startsWith(`${last.fields} `) &&
    /^\d+ 0 R$/.test(added) &&
    // Numbers that were never used.
    Number(added.split(' ')[0]) >= last.size &&
    text.slice(last.end, update.end).includes('/Rect [ 0 0 0 0 ]') &&
    text.slice(last.end, update.end).includes(`/Prev ${last.startxref}\n`)
  if (!isTold) refuse('update-foreign')
}

function momentOf(digits: string | undefined): Date | undefined {
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(digits ?? '') ?? []
  if (!year) return undefined
  const iso = `${year}-${month}-${day}T${hour}:${minute}:${second}.000Z`
  const moment = new Date(iso)
  // The 31st of a month that has none would be another day.
  if (Number.isNaN(moment.getTime()) || moment.toISOString() !== iso) refuse('update-foreign')
  return moment
}
