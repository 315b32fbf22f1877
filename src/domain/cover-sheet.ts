import { z } from 'zod'

const HEADER = 'SCL1'
const FIELDS = 6
/** So many cover sheets has a batch at most. */
export const mostSheets = 9999

/** The reference printed on the cover sheets of one batch: short, so that the symbol stays coarse and people can say it. */
export const BatchReference = z.string().regex(/^[A-Z0-9][A-Z0-9-]{0,23}$/)

const Ordinal = z.int().min(1).max(mostSheets)

/** What one cover sheet says: sheet `sequence` of `count` in its batch, and whose document follows. */
export const CoverSheet = z
  .object({
    batch: BatchReference,
    sequence: Ordinal,
    count: Ordinal,
    /** The patient's file number in the service. */
    patient: z
      .string()
      .min(1)
      .max(64)
      .regex(/^[^\p{Cc}\p{Cs}]+$/u)
      .optional(),
  })
  .refine((sheet) => sheet.sequence <= sheet.count)
export type CoverSheet = z.infer<typeof CoverSheet>

/** Text of the DataMatrix: `SCL1|batch|sequence|count|patient or nothing|check`, printable ASCII only. */
export function encodeCoverSheet(sheet: CoverSheet): string {
  const { batch, sequence, count, patient } = CoverSheet.parse(sheet)
  const content = [HEADER, batch, sequence, count, encodeURIComponent(patient ?? '')].join('|')
  return `${content}|${checkOf(content)}`
}

/** What people read and say, in Code 128: `batch-sequence`. Carries no patient. */
export const sayCoverSheet = (sheet: CoverSheet): string => `${sheet.batch}-${sheet.sequence}`

/**
 * Reads a barcode's text. `foreign`: no cover sheet of ours, whatever else it may be. `damaged`: one of ours that does
 * not check; any change of up to four neighbouring characters is noticed.
 */
export function decodeCoverSheet(text: string): CoverSheet | 'foreign' | 'damaged' {
  const checked = /\|[0-9A-F]{8}$/.test(text)
  if (!checked && !text.startsWith(HEADER)) return 'foreign'
  const fields = text.split('|')
  const [header, batch, sequence, count, patient, check] = fields
  if (!checked || header !== HEADER || fields.length !== FIELDS) return 'damaged'
  if (checkOf(text.slice(0, text.lastIndexOf('|'))) !== check) return 'damaged'
  const sheet = CoverSheet.safeParse({
    batch,
    sequence: Number(sequence),
    count: Number(count),
    ...(patient ? { patient: decoded(patient) } : {}),
  })
  return sheet.success && encodeCoverSheet(sheet.data) === text ? sheet.data : 'damaged'
}

function decoded(patient: string): string | undefined {
  try {
    return decodeURIComponent(patient)
  } catch {
    return undefined
  }
}

/** CRC-32 (ISO/IEC 13239), eight hexadecimal digits: finds every burst of up to 32 bits, hence of four characters. */
function checkOf(text: string): string {
  let crc = ~0
  for (const byte of Buffer.from(text)) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (0xedb88320 & -(crc & 1))
  }
  return (~crc >>> 0).toString(16).toUpperCase().padStart(8, '0')
}
