import { createHash } from 'node:crypto'
import type { LedgerEntry } from '../domain/custody.ts'
import { verifyToken } from '../domain/timestamps/verify-token.ts'
import type { Finding } from './findings.ts'
import type { ProofFiles, ProofToken } from './proof-file.ts'
import type { Stamp } from './statement.ts'
import type { ProvenHead, Verified } from './verify-proof.ts'

export type Stamps = {
  readonly head: readonly Stamp[]
  /** By the place of the entry that names the sealed object. */
  readonly sealed: ReadonlyMap<number, Stamp>
  readonly findings: readonly Finding[]
}

/** Judges every timestamp token of a proof file: over the signed head, or over a sealed object that a shown entry names. */
export async function verifyTokens(
  files: ProofFiles,
  { manifest, head, entries }: Verified,
  anchors: readonly Uint8Array[],
  now: Date,
): Promise<Stamps> {
  const stamps = { head: [] as Stamp[], sealed: new Map<number, Stamp>(), findings: [] as Finding[] }
  const bySeq = new Map(entries.map((entry) => [entry.seq, entry]))
  for (const token of manifest.tokens) {
    const { path } = token
    const content = files.get(path)
    const digest = digestOf(token, head, bySeq)
    if (!content) stamps.findings.push({ code: 'file-missing', path })
    else if (!digest) stamps.findings.push({ code: 'token-invalid', path, reason: 'subject-not-shown' })
    else {
      const verdict = await verifyToken(content, digest, anchors, { at: now })
      if (!verdict.isGood) stamps.findings.push({ code: 'token-invalid', path, reason: verdict.fault })
      else {
        const stamp = { authority: verdict.facts.authority, at: verdict.facts.at.toISOString() }
        if (token.of === 'checkpoint') stamps.head.push(stamp)
        else stamps.sealed.set(token.seq, stamp)
      }
    }
  }
  return stamps
}

/** What the token must be over; undefined where nothing that was shown says so. */
function digestOf(
  token: ProofToken,
  head: ProvenHead | undefined,
  entries: ReadonlyMap<number, LedgerEntry>,
): Buffer | undefined {
  if (token.of === 'checkpoint') return head && createHash('sha256').update(head.note).digest()
  const entry = entries.get(token.seq)
  const sealed = entry?.type === 'document-sealed' ? entry.digests?.sealed : undefined
  return sealed === undefined ? undefined : Buffer.from(sealed, 'hex')
}
