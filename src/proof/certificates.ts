import { verifyCertificate } from '../domain/certificates/verify-certificate.ts'
import { sha256Of } from './digests.ts'
import type { Finding } from './findings.ts'
import type { ProofFiles } from './proof-file.ts'
import type { Keys } from './trust.ts'
import type { Verified } from './verify-proof.ts'

/** A signed attestation that was found to be the one that an entry names. */
export type Attested = {
  /** Place of the `batch-attested` entry. */
  readonly seq: number
  readonly batchId: string
  readonly signer: string
  /** The earliest moment that an authority vouches for. */
  readonly at: string | undefined
}

/** Judges the attestations of a proof file: each must be the one that its entry names, and signed. */
export async function verifyCertificates(
  files: ProofFiles,
  { manifest, entries }: Verified,
  { anchors, signerAnchors, revocations }: Pick<Keys, 'anchors' | 'signerAnchors' | 'revocations'>,
  now: Date,
): Promise<{ attested: Attested[]; findings: Finding[] }> {
  const [attested, findings]: [Attested[], Finding[]] = [[], []]
  const bySeq = new Map(entries.map((entry) => [entry.seq, entry]))
  for (const { path, seq } of manifest.certificates) {
    const pdf = files.get(path)
    const entry = bySeq.get(seq)
    if (!pdf) findings.push({ code: 'file-missing', path })
    else if (entry?.type !== 'batch-attested' || entry.digests?.certificate !== (await sha256Of(pdf)))
      findings.push({ code: 'certificate-differs', path })
    else {
      const trust = { anchors: signerAnchors, timestampAnchors: anchors, revocations }
      const verdict = await verifyCertificate(pdf, trust, now)
      if (verdict.isGood) {
        const { signer, provenAt } = verdict.facts
        attested.push({ seq, batchId: entry.subject.batchId ?? '', signer, at: provenAt?.toISOString() })
      } else findings.push({ code: 'certificate-invalid', path, reason: verdict.fault })
    }
  }
  return { attested, findings }
}
