import { z } from 'zod'
import { BatchReference } from './cover-sheet.ts'
import { Actor } from './custody.ts'
import { Failure } from './failure.ts'
import { coherenceFaults, type Statement } from './manifest-coherence.ts'
import { type Fault, sayFaults, shapeFaults } from './manifest-faults.ts'

/** Name of the manifest in a dropped folder. */
export const MANIFEST_NAME = 'batch.json'

const MAX_COUNT = 1_000_000
const MAX_ENTRIES = 100_000
const MAX_CHARACTERS = 32 * 1024 * 1024

// Separators; control characters; invisible and bidirectional marks, which make a name look like another.
const FORBIDDEN_IN_NAMES = /[/\\\p{Cc}\p{Cs}\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/u
const FORBIDDEN_IN_LABELS = /[\p{Cc}\p{Cs}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/u

const label = (characters = 64) =>
  z
    .string()
    .trim()
    .min(1)
    .max(characters)
    .refine((text) => !FORBIDDEN_IN_LABELS.test(text), { params: { fault: 'forbidden-character' } })

/** A plain file name in Unicode form NFC; folders written by macOS hold NFD: normalise both sides before comparing. */
const FileName = z
  .string()
  .normalize('NFC')
  .min(1)
  .refine((name) => Buffer.byteLength(name) <= 255, { params: { fault: 'too-long' } })
  .refine((name) => !FORBIDDEN_IN_NAMES.test(name), { params: { fault: 'forbidden-character' } })
  .refine((name) => !['.', '..', MANIFEST_NAME, '.done'].includes(name), {
    params: { fault: 'reserved-name' },
  })
  .describe(
    'Plain name of a file beside batch.json: no folder, no control character, at most 255 bytes of UTF-8.',
  )

const pageNumber = () => z.int().min(1).max(MAX_COUNT)

const Separation = z
  .enum(['file', 'manifest', 'cover-sheets'])
  .describe(
    "How documents are cut: one per file, at the bounds given in 'documents', or at the cover sheets read on the pages.",
  )

const Scanner = z.strictObject({
  make: label(),
  model: label(),
  serial: label(),
  profile: z.strictObject({
    dpi: z.int().min(72).max(2400),
    colour: z.enum(['bitonal', 'grey', 'colour']),
    duplex: z.boolean(),
  }),
})

const ManifestFile = z.strictObject({
  name: FileName,
  sha256: z
    .string()
    .regex(/^[0-9a-fA-F]{64}$/)
    .toLowerCase()
    .optional(),
  pages: pageNumber()
    .optional()
    .describe('Page images that the file must hold, as the scanner counted them.'),
})

const ManifestDocument = z.strictObject({
  patient: label().optional().describe("The patient's file number in the service."),
  type: z
    .string()
    .max(64)
    .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/)
    .optional()
    .describe('A document type of the configuration, such as visit-form.'),
  file: FileName,
  from: pageNumber().optional().describe('First page in the file, from 1. Default: 1.'),
  to: pageNumber().optional().describe('Last page in the file, included. Default: the last one.'),
})

const shape = z.strictObject({
  version: z.literal(1),
  contract: label().describe('Reference of the contract under which the batch is scanned.'),
  box: label().describe('Label of the box of paper.'),
  operator: Actor.describe('Opaque id of who scanned: never a name.'),
  scanner: Scanner,
  separation: Separation,
  expected: z
    .strictObject({
      folders: z.int().min(0).max(MAX_COUNT),
      documents: pageNumber(),
      pages: pageNumber().describe(
        'Page images of all files: one per scanned side, blank versos and cover sheets included.',
      ),
    })
    .describe('What was counted on paper, to be reconciled with what is found.'),
  files: z.array(ManifestFile).min(1).max(MAX_ENTRIES).optional(),
  documents: z.array(ManifestDocument).min(1).max(MAX_ENTRIES).optional(),
  coverSheets: z
    .strictObject({ batch: BatchReference, count: z.int().min(1).max(9999) })
    .optional()
    .describe('The batch reference and the number of cover sheets as printed.'),
})

/** `batch.json`, version 1: what the operator says of a batch. Published as docs/schemas/batch.schema.json. */
export const Manifest = shape.superRefine((manifest, context) => {
  for (const { path, code } of coherenceFaults(manifest)) {
    context.addIssue({ code: 'custom', path: [...path], params: { fault: code } })
  }
})
export type Manifest = z.infer<typeof Manifest>

/**
 * Reads the text of a `batch.json`.
 *
 * @throws Failure manifest-invalid with every fault at once, each as `path: code`. Neither values nor unknown keys that
 * look like anybody's words are repeated, because they may name a patient.
 */
export function parseManifest(text: string): Manifest {
  const value = parseJson(text)
  const parsed = shape.safeParse(value)
  const faults = [
    ...(parsed.success ? [] : shapeFaults(parsed.error, value)),
    ...coherenceFaults(parsed.data ?? readable(value)),
  ]
  if (parsed.data === undefined || faults.length > 0) throw invalid(faults)
  return parsed.data
}

function parseJson(text: string): unknown {
  if (text.length > MAX_CHARACTERS) throw invalid([{ path: [], code: 'too-large' }])
  try {
    return JSON.parse(text.replace(/^\ufeff/, ''))
  } catch {
    // The parser's own message quotes the text.
    throw invalid([{ path: [], code: 'not-json' }])
  }
}

/** What can be understood of a faulty manifest: its coherence is judged too, so that all faults come at once. */
function readable(value: unknown): Statement {
  const { separation, files, documents, coverSheets } = Object(value)
  return {
    separation: Separation.safeParse(separation).data,
    files: Array.isArray(files) ? files.map((file) => ManifestFile.safeParse(file).data) : undefined,
    documents: Array.isArray(documents)
      ? documents.map((document) => ManifestDocument.safeParse(document).data)
      : documents == null
        ? undefined
        : [],
    coverSheets,
  }
}

const invalid = (faults: readonly Fault[]): Failure =>
  new Failure('manifest-invalid', { count: faults.length, faults: sayFaults(faults) })
