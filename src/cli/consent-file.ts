import { z } from 'zod'
import {
  ConsentChannel,
  ConsentDecision,
  ConsentPurpose,
  ConsentStatus,
  LegalBasis,
} from '../domain/consent.ts'
import { Actor } from '../domain/custody.ts'
import { type CsvFault, readCsv, refuseFaults } from './csv.ts'
import { momentOf } from './frame.ts'

const Time = z.string().transform((text, context) => {
  const moment = momentOf(text)
  if (!moment) context.addIssue({ code: 'custom', params: { fault: 'not-a-time' } })
  return moment ?? z.NEVER
})

/** A line of consents.csv; `evidence` is a file, beside the CSV or by its path, of which the digest is recorded. */
const ConsentRow = z.object({
  file_number: z.string().max(64),
  purpose: ConsentPurpose,
  status: ConsentStatus,
  notice_version: z.string().max(64).optional(),
  channel: ConsentChannel,
  evidence_sha256: z
    .string()
    .toLowerCase()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
  evidence: z.string().optional(),
  legal_basis: LegalBasis.optional(),
  decided_by: Actor.optional(),
  decided_at: Time,
  expires_at: Time.optional(),
})

export type ConsentLine = {
  readonly line: number
  readonly fileNumber: string
  readonly decision: ConsentDecision
}

/** @throws Failure import-invalid, every fault at once */
export async function readConsents(
  content: Buffer,
  digestOf: (evidence: string) => Promise<string>,
): Promise<ConsentLine[]> {
  const { rows, faults } = readCsv(content, ConsentRow)
  const lines: ConsentLine[] = []
  const more: CsvFault[] = []
  for (const { line, row } of rows) {
    const digest = row.evidence ? await digestOf(row.evidence).catch(() => undefined) : row.evidence_sha256
    if (row.evidence && digest === undefined)
      more.push({ line, column: 'evidence', code: 'evidence-unreadable' })
    const decision = ConsentDecision.safeParse({
      purpose: row.purpose,
      status: row.status,
      noticeVersion: row.notice_version ?? null,
      channel: row.channel,
      evidenceSha256: digest ?? null,
      legalBasis: row.legal_basis ?? null,
      decidedBy: row.decided_by ?? null,
      decidedAt: row.decided_at,
      expiresAt: row.expires_at ?? null,
    })
    if (decision.success) lines.push({ line, fileNumber: row.file_number, decision: decision.data })
    else more.push({ line, column: 'legal_basis', code: 'basis-missing' })
  }
  refuseFaults([...faults, ...more])
  return lines
}
