import { createHash } from 'node:crypto'
import type { LedgerEntry } from '../domain/custody.ts'
import { type Stamped, verifyEvidence } from '../domain/timestamps/renewal.ts'
import type { Finding } from './findings.ts'
import type { ProofFiles, ProofTimes } from './proof-file.ts'
import type { Stamp } from './statement.ts'
import type { Keys } from './trust.ts'
import type { ProvenHead, Verified } from './verify-proof.ts'

export type Stamps = {
  readonly head: readonly Stamp[]
  /** By the place of the entry that names the content. */
  readonly sealed: ReadonlyMap<number, Stamp>
  readonly findings: readonly Finding[]
}

/** Judges the timestamp tokens of a proof file: over the signed head, or over a content that a shown entry names. */
export async function verifyTimes(
  files: ProofFiles,
  { manifest, head, entries }: Verified,
  trust: Pick<Keys, 'anchors' | 'revocations'>,
  now: Date,
): Promise<Stamps> {
  const stamps = { head: [] as Stamp[], sealed: new Map<number, Stamp>(), findings: [] as Finding[] }
  const bySeq = new Map(entries.map((entry) => [entry.seq, entry]))
  for (const times of manifest.times) {
    const judged = await judge(times, stampedBy(times, head, bySeq), files, trust, now)
    if ('code' in judged) stamps.findings.push(judged)
    else if (times.of === 'checkpoint') stamps.head.push(judged)
    else stamps.sealed.set(times.seq, judged)
  }
  return stamps
}

async function judge(
  { paths }: ProofTimes,
  stamped: Stamped | undefined,
  files: ProofFiles,
  { anchors, revocations }: Pick<Keys, 'anchors' | 'revocations'>,
  now: Date,
): Promise<Stamp | Finding> {
  const tokens = paths.map((path) => files.get(path))
  const missing = tokens.indexOf(undefined)
  if (missing !== -1) return { code: 'file-missing', path: paths[missing]! }
  if (!stamped) return { code: 'token-invalid', path: paths[0]!, reason: 'subject-not-shown' }
  const verdict = await verifyEvidence(stamped, tokens as Uint8Array[], anchors, now, { revocations })
  if (!verdict.isGood)
    return { code: 'token-invalid', path: paths[verdict.generation - 1]!, reason: verdict.fault }
  return { authority: verdict.tokens[0]!.authority, at: verdict.since.toISOString() }
}

/** What the tokens must be over; undefined where nothing that was shown says so. */
function stampedBy(
  times: ProofTimes,
  head: ProvenHead | undefined,
  entries: ReadonlyMap<number, LedgerEntry>,
): Stamped | undefined {
  if (times.of === 'checkpoint')
    return head && { sha256: hash('sha256', head.note), sha512: hash('sha512', head.note) }
  const { type, digests } = entries.get(times.seq) ?? {}
  if (type !== 'document-sealed' || !digests?.content || !digests.content512) return undefined
  return { sha256: Buffer.from(digests.content, 'hex'), sha512: Buffer.from(digests.content512, 'hex') }
}

const hash = (name: 'sha256' | 'sha512', text: string): Buffer => createHash(name).update(text).digest()
