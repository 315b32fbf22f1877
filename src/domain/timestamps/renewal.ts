import { type AlgorithmEnds, type AlgorithmName, endedBy, endOfAll } from '../algorithms.ts'
import { type DigestName, digestOf } from './signature.ts'
import type { TokenFault } from './token-fault.ts'
import { type TokenDemands, type TokenFacts, verifyToken } from './verify-token.ts'

/** What is stamped, by its digests. */
export type Stamped = { readonly sha256: Uint8Array; readonly sha512: Uint8Array }

/** SHA-256 for as long as it is relied upon then, afterwards SHA-512. */
export const digestNameAt = (moment: Date, ends: AlgorithmEnds = {}): 'sha256' | 'sha512' =>
  endedBy(moment, ends).includes('sha256') ? 'sha512' : 'sha256'

/**
 * What a token is asked over. The first stamps the digest itself; each further one H(digest ‖ token before it), so that it
 * says of both that they were there (RFC 4998, section 5.2: the content is hashed anew together with its old evidence, which
 * serves for an ending certificate and for an ending algorithm alike).
 */
export async function imprintOf(
  stamped: Stamped,
  before: Uint8Array | undefined,
  name: DigestName,
): Promise<Uint8Array> {
  const digest = name === 'sha512' ? stamped.sha512 : stamped.sha256
  if (!before) return digest
  const both = new Uint8Array(digest.length + before.length)
  both.set(digest)
  both.set(before, digest.length)
  return digestOf(name, both)
}

/** The moment from which a token proves nothing any more unless a younger one covers it. */
export function holdsUntil(
  {
    certificateUntil,
    algorithms,
  }: Pick<TokenFacts, 'certificateUntil'> & { algorithms: readonly AlgorithmName[] },
  ends: AlgorithmEnds = {},
): Date {
  const end = endOfAll(algorithms, ends)
  return end && end < certificateUntil ? end : certificateUntil
}

export type RenewalDue = {
  /** Tokens are due whose certificates end before then, */
  readonly before: Date
  /** or that rest on one of these, */
  readonly ended: readonly AlgorithmName[]
  /** unless they are younger than this: an authority that itself lasts no longer is not asked over and over. */
  readonly madeBefore: Date
}

/** What is to be renewed `beforeDays` before it ends. No token is renewed in the first quarter of that time. */
export const renewalDue = (now: Date, beforeDays: number, ends: AlgorithmEnds = {}): RenewalDue => {
  const inDays = (days: number): Date => new Date(now.getTime() + days * 86_400_000)
  const before = inDays(beforeDays)
  return { before, ended: endedBy(before, ends), madeBefore: inDays(-beforeDays / 4) }
}

export type EvidenceVerdict =
  | {
      readonly isGood: true
      /** When the first token says that it was there: what all this proves. */
      readonly since: Date
      readonly until: Date
      readonly tokens: readonly TokenFacts[]
    }
  | {
      readonly isGood: false
      readonly fault: TokenFault
      /** The token that is wrong, counted from 1. */
      readonly generation: number
    }

/**
 * Judges the tokens over one content, the oldest first: each must have held when the next one was made, and the last must
 * hold at `now`. Without tokens, `fault` is timestamp-lapsed of generation 0.
 */
export async function verifyEvidence(
  stamped: Stamped,
  tokens: readonly Uint8Array[],
  anchors: readonly Uint8Array[],
  now: Date,
  options: Pick<TokenDemands, 'policies' | 'revocations'> & { readonly ends?: AlgorithmEnds } = {},
): Promise<EvidenceVerdict> {
  const { ends = {}, ...demands } = options
  const facts: TokenFacts[] = []
  // From the last to the first: the time of each is the moment at which the one before it must still hold.
  let at = now
  for (let generation = tokens.length; generation > 0; generation--) {
    const token = tokens[generation - 1]!
    const verdict = await verifyGeneration(stamped, tokens[generation - 2], token, anchors, {
      ...demands,
      at,
    })
    if (!verdict.isGood) return { isGood: false, fault: verdict.fault, generation }
    if (holdsUntil(verdict.facts, ends) < at) return { isGood: false, fault: 'timestamp-lapsed', generation }
    facts.unshift(verdict.facts)
    at = verdict.facts.at
  }
  const [first, last] = [facts[0], facts.at(-1)]
  if (!first || !last) return { isGood: false, fault: 'timestamp-lapsed', generation: 0 }
  return { isGood: true, since: first.at, until: holdsUntil(last, ends), tokens: facts }
}

/** With SHA-256, else with SHA-512: the token itself says which. */
async function verifyGeneration(
  stamped: Stamped,
  before: Uint8Array | undefined,
  token: Uint8Array,
  anchors: readonly Uint8Array[],
  demands: TokenDemands,
) {
  const shorter = await verifyToken(token, await imprintOf(stamped, before, 'sha256'), anchors, demands)
  if (shorter.isGood || shorter.fault !== 'timestamp-of-other-data') return shorter
  return verifyToken(token, await imprintOf(stamped, before, 'sha512'), anchors, demands)
}
