import { z } from 'zod'
import type { EventId } from './ids.ts'

/** Custody event types, past tense, each with its PREMIS event type (id.loc.gov/vocabulary/preservation/eventType). */
export const custodyEventTypes = {
  'batch-received': 'tra',
  'batch-registered': 'ing',
  'batch-held': 'poa',
  'batch-released': 'poa',
  'batch-resumed': 'poa',
  'batch-rejected': 'poa',
  'batch-closed': 'ine',
  'batch-attested': 'dsg',
  'file-staged': 'mes',
  'file-rejected': 'val',
  'file-duplicate-found': 'val',
  'file-split': 'ima',
  'page-examined': 'ima',
  'page-recognised': 'cre',
  'document-composed': 'cre',
  'document-attributed': 'poa',
  'document-held': 'poa',
  'document-resumed': 'poa',
  'document-refused': 'poa',
  'document-rejected': 'poa',
  'document-failed': 'unq',
  'consent-recorded': 'poa',
  'consent-checked': 'poa',
  'identity-confirmed': 'val',
  'document-assembled': 'nor',
  'document-sealed': 'enc',
  'document-corrected': 'mod',
  'document-deposited': 'ing',
  'deposit-verified': 'fix',
  'lock-renewed': 'poa',
  'document-read': 'dis',
  'document-reading-refused': 'dis',
  'document-exported': 'dis',
  'withdrawal-noted': 'poa',
  'staged-pages-destroyed': 'del',
  'staging-key-destroyed': 'del',
  'staging-destroyed': 'del',
  'source-released': 'dea',
  'master-key-made': 'cre',
  'keys-rewrapped': 'enc',
  'master-key-escrowed': 'rep',
  'master-key-retired': 'del',
} as const satisfies Record<string, string>

export type CustodyEventType = keyof typeof custodyEventTypes
export const CustodyEventType = z.enum(
  Object.keys(custodyEventTypes) as [CustodyEventType, ...CustodyEventType[]],
)

const Opaque = z.string().regex(/^[A-Za-z0-9._-]{1,64}$/)
const Digest = z.string().regex(/^[0-9a-f]{64}([0-9a-f]{64})?$/)
/** A code of ours (kebab-case) or a number: never a sentence, never a name. */
const Detail = z.union([
  z.number(),
  z.boolean(),
  z
    .string()
    .regex(/^[a-z0-9]+([-./][a-z0-9]+)*$/)
    .max(64),
])

export const CustodySubject = z.partialRecord(
  z.enum([
    'organisationId',
    'contractId',
    'boxId',
    'batchId',
    'fileId',
    'pageId',
    'documentId',
    'patientId',
    'consentId',
    'hostId',
  ]),
  z.uuid(),
)
export type CustodySubject = z.infer<typeof CustodySubject>

/** What happened, as a stage or a command reports it; who, when and for whom are added where it is recorded. */
export const CustodyEvent = z.object({
  type: CustodyEventType,
  subject: CustodySubject,
  digests: z.record(z.string().regex(/^[a-z0-9-]+$/), Digest).optional(),
  details: z.record(z.string().regex(/^[a-zA-Z0-9]+$/), Detail).optional(),
})
export type CustodyEvent = z.infer<typeof CustodyEvent>

/** Opaque id of whoever acted: a person's id, `cli`, or `stage.<name>`. */
export const Actor = Opaque
export type Actor = z.infer<typeof Actor>

/** A ledger entry (RFC 8785 canonical JSON is what is hashed). Ids, digests, codes and numbers only. */
export const LedgerEntry = CustodyEvent.extend({
  v: z.literal(1),
  seq: z.number().int().nonnegative(),
  at: z.iso.datetime({ precision: 3 }),
  actor: Actor,
})
export type LedgerEntry = z.infer<typeof LedgerEntry>

/** A custody event as it was recorded. */
export type RecordedEvent = CustodyEvent & { readonly id: EventId; readonly at: Date; readonly actor: Actor }

/** The entry that stands for an event in the ledger, at its place. */
export const ledgerEntryOf = (
  { at, type, actor, subject, digests, details }: RecordedEvent,
  seq: number,
): LedgerEntry => ({
  v: 1,
  seq,
  at: at.toISOString(),
  type,
  actor,
  subject,
  ...(isEmpty(digests) ? {} : { digests }),
  ...(isEmpty(details) ? {} : { details }),
})

const isEmpty = (record: object | undefined): boolean => Object.keys(record ?? {}).length === 0

/** Builds a custody event; a thin constructor so that call sites read as sentences. */
export const custodyEvent = (
  type: CustodyEventType,
  subject: CustodySubject,
  more: Pick<CustodyEvent, 'digests' | 'details'> = {},
): CustodyEvent => ({ type, subject, ...more })
