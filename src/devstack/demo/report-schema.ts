import { z } from 'zod'
import { BatchState } from '../../domain/batch.ts'
import { parts } from '../../domain/deposit.ts'
import { DocumentState } from '../../domain/document.ts'

const Count = z.number().int().nonnegative()
const Seconds = z.number().nonnegative()
const Digest = z.string().regex(/^[0-9a-f]{64}$/)
const Reason = z.string().nullable().describe('A code of the failure table; null when nothing is wrong.')
const Facts = z.record(z.string(), z.union([z.string(), z.number()]))

const ReportedFile = z.strictObject({
  position: Count,
  state: z.enum(['received', 'split', 'rejected', 'duplicate']),
  reason: Reason,
  facts: Facts,
  pages: Count.nullable(),
})

const ReportedDocument = z.strictObject({
  id: z.uuid(),
  position: Count,
  fileNumber: z
    .string()
    .nullable()
    .describe('The patient’s file number in the service; null while nobody knows whose it is.'),
  state: DocumentState,
  reason: Reason,
  facts: Facts,
  pages: Count,
  confidence: z.number().nullable().describe('Mean word confidence, 0 to 100.'),
  sealed: z.array(
    z.strictObject({
      part: z.enum(parts),
      host: z.string(),
      objectKey: z.string(),
      contentSha256: Digest,
      sealedSha256: Digest,
    }),
  ),
})

const Counts = z.strictObject({ folders: Count, documents: Count, pages: Count })

const ReportedBatch = z.strictObject({
  name: z.string(),
  id: z.uuid(),
  state: BatchState,
  reason: Reason,
  facts: Facts,
  expected: Counts,
  counted: z.strictObject({ files: Count, pages: Count, documents: Count }),
  files: z.array(ReportedFile),
  documents: z.array(ReportedDocument),
})

/** What `npm run demo -- --report FILE` writes. Published as docs/schemas/demo-report.schema.json. */
export const DemoReport = z.strictObject({
  version: z.literal(1),
  isAsExpected: z
    .boolean()
    .describe(
      'All that should be sealed is sealed, read back and verified, and the ledger verifies: the exit code is 0.',
    ),
  surprises: z.array(z.string()).describe('What ended otherwise than fixtures/expected.json says.'),
  batches: z.array(ReportedBatch),
  ledger: z.strictObject({
    size: Count,
    root: Digest,
    checkpoints: Count,
    archivedCheckpoints: Count,
    findings: z.array(z.looseObject({ kind: z.string() })),
    isVerified: z.boolean(),
  }),
  times: z.array(z.strictObject({ part: z.string(), seconds: Seconds })),
  stages: z.array(z.strictObject({ stage: z.string(), runs: Count, seconds: Seconds })),
})
export type DemoReport = z.infer<typeof DemoReport>
