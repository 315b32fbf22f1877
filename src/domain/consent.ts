import { z } from 'zod'
import type { FailureCode } from './failures.ts'
import type { PatientId } from './ids.ts'

export const ConsentStatus = z.enum(['granted', 'refused', 'withdrawn', 'pending', 'expired', 'not-required'])
export type ConsentStatus = z.infer<typeof ConsentStatus>

export const ConsentPurpose = z.enum(['digitisation', 'access-by-correspondent', 'access-to-other-services'])
export type ConsentPurpose = z.infer<typeof ConsentPurpose>

export const ConsentChannel = z.enum(['paper', 'oral', 'portal', 'message', 'import'])
export type ConsentChannel = z.infer<typeof ConsentChannel>

export const LegalBasis = z.enum([
  'legal-obligation',
  'public-task',
  'preventive-medicine',
  'vital-interests',
  'consent',
])
export type LegalBasis = z.infer<typeof LegalBasis>

/** One decision of a patient for one purpose. Decisions are only ever added: their sequence is the history. */
export const ConsentDecision = z
  .object({
    purpose: ConsentPurpose,
    status: ConsentStatus,
    noticeVersion: z.string().max(64).nullable(),
    channel: ConsentChannel,
    evidenceSha256: z
      .string()
      .regex(/^[0-9a-f]{64}$/)
      .nullable(),
    legalBasis: LegalBasis.nullable(),
    /** The physician who decided that consent is not required: an opaque id. */
    decidedBy: z.string().max(64).nullable(),
    decidedAt: z.date(),
    expiresAt: z.date().nullable(),
  })
  .refine((decision) => decision.status !== 'not-required' || (decision.legalBasis && decision.decidedBy), {
    message: 'not-required needs a legal basis and the physician who decided',
    path: ['legalBasis'],
  })
export type ConsentDecision = z.infer<typeof ConsentDecision>

/** The same in all that was said: recorded twice, by a file that was imported twice. */
export const isSame = (one: ConsentDecision, other: ConsentDecision): boolean =>
  JSON.stringify(ConsentDecision.parse(one)) === JSON.stringify(ConsentDecision.parse(other))

type Dated = { readonly status: ConsentStatus; readonly decidedAt: Date; readonly recordedAt: Date }

const dayMs = 86_400_000

/**
 * The decision that is in force, of the decisions for one purpose in the order in which they were recorded: the last one
 * recorded, unless it was taken before another. An old register that is imported late does not undo a refusal. Nothing was
 * decided after it was recorded. Of many decisions only the day is known: a refusal or a withdrawal of the same day is
 * taken as the later one.
 */
export function inForce<Decision extends Dated>(history: readonly Decision[]): Decision | undefined {
  let standing: { decision: Decision; since: number } | undefined
  for (const decision of history) {
    const taken = Math.min(decision.decidedAt.getTime(), decision.recordedAt.getTime())
    const since = standing?.since ?? taken
    const isOlder = taken < (stops(decision) ? since - dayMs : since)
    if (!standing || !isOlder) standing = { decision, since: Math.max(taken, since) }
  }
  return standing?.decision
}

const stops = ({ status }: Dated): boolean => status === 'refused' || status === 'withdrawn'

/** The controller's policy: consent required, or recommended beside another legal basis (as in an SPST). */
export type ConsentPolicy =
  | { readonly kind: 'required' }
  | { readonly kind: 'recommended'; readonly legalBasis: LegalBasis }

export type Verdict =
  | { readonly kind: 'cleared'; readonly basis: LegalBasis }
  | { readonly kind: 'held'; readonly reason: FailureCode }
  | { readonly kind: 'refused' }

/** A decision as it stands now: a grant past its term reads as expired. */
export function standing(decision: ConsentDecision, now: Date): ConsentStatus {
  const isOver = decision.status === 'granted' && decision.expiresAt !== null && decision.expiresAt <= now
  return isOver ? 'expired' : decision.status
}

/**
 * The consent gate. It stands at registration, after recognition, before deposit, at reading and at restitution, and it
 * fails closed: no patient, no decision or an unknown one means held. A recorded refusal or withdrawal beats every policy.
 */
export function consentGate(
  policy: ConsentPolicy,
  decision: ConsentDecision | undefined,
  now: Date,
): Verdict {
  const status = decision ? standing(decision, now) : 'pending'
  switch (status) {
    case 'granted':
      return { kind: 'cleared', basis: 'consent' }
    case 'not-required':
      return decision?.legalBasis
        ? { kind: 'cleared', basis: decision.legalBasis }
        : { kind: 'held', reason: 'consent-pending' }
    case 'refused':
      return { kind: 'refused' }
    case 'withdrawn':
      return { kind: 'held', reason: 'consent-withdrawn' }
    case 'expired':
    case 'pending':
      if (policy.kind === 'recommended') return { kind: 'cleared', basis: policy.legalBasis }
      return { kind: 'held', reason: status === 'expired' ? 'consent-expired' : 'consent-pending' }
    default:
      return { kind: 'held', reason: 'consent-pending' }
  }
}

/** Reasons that a new decision can lift by itself. */
export const consentReasons: readonly FailureCode[] = [
  'consent-pending',
  'consent-expired',
  'consent-withdrawn',
]

/** What the gate needs to know of one document's patient. */
export type ConsentQuestion = {
  readonly patientId: PatientId | null
  readonly policy: ConsentPolicy
  readonly decision: ConsentDecision | null
}

/** The gate for a document: without a patient nobody can have consented. */
export const documentGate = ({ patientId, policy, decision }: ConsentQuestion, now: Date): Verdict =>
  patientId ? consentGate(policy, decision ?? undefined, now) : { kind: 'held', reason: 'patient-missing' }
