import type { LedgerEntry } from '../domain/custody.ts'
import { Failure } from '../domain/failure.ts'
import { type Attested, verifyCertificates } from './certificates.ts'
import { type KeptHead, verifyContinuity } from './continuity.ts'
import type { Finding } from './findings.ts'
import { isAsPacked, unpack } from './packing.ts'
import type { ProofFiles, ProofManifest } from './proof-file.ts'
import type { Grounds, Stamp } from './statement.ts'
import { storyOf } from './story.ts'
import { type Stamps, verifyTimes } from './times.ts'
import { fingerprintOf, keysOf, type Trust } from './trust.ts'
import { type ProvenHead, type Verified, verifyEntries } from './verify-proof.ts'

/**
 * `proven`: everything leads to keys that whoever checks had by another way. `coherent`: everything fits together, and to
 * the keys that the file itself brings, which anybody could have put there. `faulty`: something is wrong.
 */
export type Verdict = 'proven' | 'coherent' | 'faulty'

export type ProofReport = {
  readonly verdict: Verdict
  readonly findings: readonly Finding[]
  readonly manifest: ProofManifest | undefined
  /** Entries that were shown to be in the ledger. */
  readonly entries: readonly LedgerEntry[]
  /** What a statement may say; undefined where no entry was shown. */
  readonly grounds: Grounds | undefined
  /** What the file shows beside each head that was kept from before, where it is no finding. */
  readonly kept: readonly KeptHead[]
}

/** Checks a proof file, byte by byte, against what is trusted, at a moment. It never throws for what is in the file. */
export async function checkProof(bytes: Uint8Array, trust: Trust, now: Date): Promise<ProofReport> {
  const files = opened(bytes)
  if ('code' in files) return faulty([files])
  const report = await checkContents(files, trust, now)
  if (isAsPacked(bytes, files)) return report
  const findings: Finding[] = [{ code: 'packing-changed', path: '' }, ...report.findings]
  return { ...report, verdict: 'faulty', findings }
}

/** The same of what is in a proof file. */
export async function checkContents(files: ProofFiles, trust: Trust, now: Date): Promise<ProofReport> {
  const keys = keysOf(files, trust)
  const verified = await verifyEntries(files, keys)
  if ('code' in verified) return faulty([verified])
  const { manifest, head, entries } = verified
  const times = head
    ? await verifyTimes(files, verified, keys, now)
    : { head: [], sealed: new Map<number, Stamp>(), findings: [] }
  const { attested, findings: ofCertificates } = await verifyCertificates(files, verified, keys, now)
  const continuity = verifyContinuity(files, verified, trust.kept, keys.ledgers)
  const findings = [
    ...keys.findings,
    ...[verified, times, continuity].flatMap((found) => found.findings),
    ...ofCertificates,
  ]
  const grounds =
    head && groundsOf({ ...verified, head }, times, attested, fingerprintOf(keys.ledgers, head.origin))
  const good: Verdict = keys.areGiven ? 'proven' : 'coherent'
  const verdict = findings.length > 0 || !grounds ? 'faulty' : good
  return { verdict, findings, manifest, entries, grounds, kept: continuity.kept }
}

/** Undefined where nothing was shown: there is nothing to say then. */
function groundsOf(
  { manifest, head, entries }: Verified & { readonly head: ProvenHead },
  { head: stamps, sealed }: Stamps,
  attested: readonly Attested[],
  keyFingerprint: string,
): Grounds | undefined {
  if (entries.length === 0) return undefined
  const { origin, size, cosignatures } = head
  const witnesses = cosignatures.map(({ cosigner, at }) => ({ name: cosigner.name, at: at.toISOString() }))
  return {
    ...{
      subject: manifest.subject,
      madeAt: manifest.madeAt,
      story: storyOf(entries),
      stamps: sealed,
      attested,
    },
    head: { origin, size, keyFingerprint, witnesses, stamps },
  }
}

const faulty = (findings: readonly Finding[]): ProofReport => ({
  verdict: 'faulty',
  findings,
  manifest: undefined,
  entries: [],
  grounds: undefined,
  kept: [],
})

function opened(bytes: Uint8Array): ProofFiles | Finding {
  try {
    return unpack(bytes)
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    return { code: 'file-invalid', path: '', reason: String(error.facts.reason) }
  }
}
