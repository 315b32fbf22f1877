import { createHash } from 'node:crypto'
import { buffer } from 'node:stream/consumers'
import type { AlgorithmEnds } from '../domain/algorithms.ts'
import { asFailure } from '../domain/failure.ts'
import { verifyEvidence } from '../domain/timestamps/renewal.ts'
import type { TokenFault } from '../domain/timestamps/token-fault.ts'
import type { Clock, ObjectStore } from '../ports.ts'
import type { TimedSubject, TimestampStore, TimestampToken } from '../records.ts'
import { archivesOf, tokenKey } from './keep-timestamps.ts'

export type EvidenceRoom = {
  readonly timestamps: TimestampStore
  readonly anchors: readonly Buffer[]
  readonly revocations: readonly Buffer[]
  readonly archives: Readonly<Record<string, ObjectStore>>
  readonly clock: Clock
  readonly ends: AlgorithmEnds
}

export type EvidenceFinding = Pick<TimedSubject, 'kind' | 'subject'> & {
  /** The token that is wrong, counted from 1. */
  readonly generation: number
  readonly fault: TokenFault | 'copy-missing' | 'copy-differs'
}

export type EvidenceReport = {
  readonly subjects: number
  readonly tokens: number
  /** Copies in archives that were compared. */
  readonly copies: number
  readonly findings: readonly EvidenceFinding[]
}

/**
 * Verifies every token that is kept against what it is about, as that stands in the database now, up to the configured
 * anchors; `withCopies` also reads each token's copy in the archive and compares.
 */
export async function verifyAllEvidence(
  room: EvidenceRoom,
  { withCopies, progress }: { withCopies: boolean; progress: (subjects: number) => void },
): Promise<EvidenceReport> {
  const findings: EvidenceFinding[] = []
  let [subjects, tokens, copies] = [0, 0, 0]
  for await (const { tokens: kept, ...subject } of room.timestamps.evidence()) {
    subjects++
    tokens += kept.length
    progress(subjects)
    const found = await faultOf(subject, kept, room)
    if (found) findings.push(found)
    if (!withCopies) continue
    for (const token of kept) {
      copies++
      const fault = await copyFault(subject, token, room)
      if (fault) findings.push({ ...nameOf(subject), generation: token.generation, fault })
    }
  }
  return { subjects, tokens, copies, findings }
}

const nameOf = ({ kind, subject }: TimedSubject) => ({ kind, subject })

async function faultOf(
  subject: TimedSubject,
  kept: readonly TimestampToken[],
  { anchors, revocations, clock, ends }: EvidenceRoom,
): Promise<EvidenceFinding | undefined> {
  const tokens = kept.map(({ token }) => token)
  const verdict = await verifyEvidence(subject, tokens, anchors, clock.now(), { revocations, ends })
  if (!verdict.isGood) return { ...nameOf(subject), generation: verdict.generation, fault: verdict.fault }
  // What the rows say beside the tokens decides what is renewed, and when.
  const wrong = kept.find(({ at, certificateUntil }, index) => {
    const facts = verdict.tokens[index]!
    return at.getTime() !== facts.at.getTime() || +certificateUntil !== +facts.certificateUntil
  })
  return wrong && { ...nameOf(subject), generation: wrong.generation, fault: 'timestamp-malformed' }
}

async function copyFault(
  subject: TimedSubject,
  { token, generation }: TimestampToken,
  { archives }: EvidenceRoom,
): Promise<'copy-missing' | 'copy-differs' | undefined> {
  const key = tokenKey(subject, generation, createHash('sha256').update(token).digest('hex'))
  for (const archive of archivesOf(subject, archives)) {
    try {
      if (!token.equals(await buffer(await archive.get(key)))) return 'copy-differs'
    } catch (error) {
      if (asFailure(error).code !== 'object-missing') throw error
      return 'copy-missing'
    }
  }
  return undefined
}
