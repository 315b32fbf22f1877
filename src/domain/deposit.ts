import type { ResumeState } from './document.ts'
import type { DocumentId, HostId, OrganisationId } from './ids.ts'
import type { StagedObject } from './staged.ts'

/**
 * What is sealed of a document: the access copy is the searchable PDF, the master is what the scanner delivered, the words are
 * what was read of it and found in it, with how sure each is. What was deposited in former times has no words.
 */
export const parts = ['access', 'master', 'words'] as const
export type Part = (typeof parts)[number]

/** A sealed object and its place in the archive. */
export type Deposit = {
  readonly documentId: DocumentId
  readonly part: Part
  readonly version: number
  readonly hostId: HostId
  readonly objectKey: string
  readonly objectVersion: string | null
  readonly mediaType: string
  readonly contentSha256: string
  readonly contentSha512: string
  readonly contentBytes: number
  readonly sealedSha256: string
  readonly sealedBytes: number
  readonly keyId: string
  /** The sealed bytes, until they are verified in the archive. */
  readonly staged: StagedObject | null
  readonly retainUntil: Date | null
  readonly sealedAt: Date
  readonly depositedAt: Date | null
  readonly verifiedAt: Date | null
}

/** Opaque and deterministic: a second attempt finds the first one's object instead of adding to it. */
export const objectKeyOf = (
  organisationId: OrganisationId,
  documentId: DocumentId,
  part: Part,
  version: number,
): string => `${organisationId}/${documentId}/v${version}${part === 'access' ? '' : `.${part}`}.cms`

/** Object Lock is renewed when less than half of it is left; each renewal locks for the whole of it again. */
export const lockRenewal = (now: Date, lockDays: number): { dueBefore: Date; until: Date } => ({
  dueBefore: new Date(now.getTime() + (lockDays / 2) * 86_400_000),
  until: new Date(now.getTime() + lockDays * 86_400_000),
})

/**
 * Was a document that is here, or goes on from here, sealed before, and brought back to be sealed anew? Then the archive
 * has something of it, or may have, whatever becomes of it now.
 */
export const hasEarlierSeal = (deposits: readonly Deposit[], at: ResumeState | null): boolean =>
  at === 'sealed' ? deposits.some(({ version }) => version > 1) : deposits.length > 0

/** The deposits that count: what was sealed again takes the place of what was sealed before. */
export const latestOf = (deposits: readonly Deposit[]): Deposit[] => {
  const version = Math.max(...deposits.map((deposit) => deposit.version))
  return deposits.filter((deposit) => deposit.version === version)
}
