import { z } from 'zod'
import type { FailureCode } from './failures.ts'
import type { Facts } from './failure.ts'
import type { BatchId, DocumentId, OrganisationId, PatientId } from './ids.ts'
import type { ReadingFigures } from './reading-figures.ts'
import type { StagedObject } from './staged.ts'

/** The road of a document; off it: held (resumable), refused, rejected, failed. Nothing else is invented. */
export const road = [
  'registered',
  'examined',
  'cleared',
  'recognised',
  'assembled',
  'sealed',
  'deposited',
  'verified',
] as const
export const DocumentState = z.enum([...road, 'held', 'refused', 'rejected', 'failed'])
export type DocumentState = z.infer<typeof DocumentState>
export type RoadState = (typeof road)[number]
export type ResumeState = Exclude<RoadState, 'verified'>

export type Document = {
  readonly id: DocumentId
  readonly organisationId: OrganisationId
  readonly batchId: BatchId
  readonly position: number
  readonly patientId: PatientId | null
  readonly state: DocumentState
  readonly resumeState: ResumeState | null
  readonly reason: FailureCode | null
  readonly facts: Facts
  readonly pageCount: number
  readonly confidence: number | null
  /** The searchable PDF, while it is staged. */
  readonly access: StagedObject | null
  /** Who attributed it by hand, and so answers for a conflict that its text shows. */
  readonly attributedBy: string | null
  /** What the service must decide after a withdrawal. */
  readonly question: 'withdrawn-after-deposit' | null
  /** How much of it was read; null until that is known, and of documents that were read before it was kept. */
  readonly reading: ReadingFigures | null
}

/** Nothing more happens to a document in one of these states unless a person orders it. */
export const finalStates: readonly DocumentState[] = ['verified', 'refused', 'rejected']
export const isFinal = (state: DocumentState): boolean => finalStates.includes(state)

/** It has a reason, and waits for a person or needs none any more. */
export const stoppedStates: readonly DocumentState[] = ['held', 'failed', 'refused', 'rejected']

/** Work goes on at it, or is ordered. */
export const isOnRoad = (state: DocumentState): state is ResumeState =>
  state !== 'verified' && (road as readonly DocumentState[]).includes(state)

/** Archived content exists, or is about to: from here on nothing may simply be thrown away. */
export const isDeposited = (state: DocumentState): boolean => state === 'deposited' || state === 'verified'

/** The stage that takes a document on from a state of the road. */
export const nextStage = {
  registered: 'check-consent',
  examined: 'check-consent',
  cleared: 'recognise-page',
  recognised: 'confirm-identity',
  assembled: 'seal-document',
  sealed: 'deposit-document',
  deposited: 'verify-deposit',
} as const satisfies Record<ResumeState, string>
