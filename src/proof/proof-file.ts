import { z } from 'zod'

/*
 * A proof file is a ZIP archive of what the ledger and the timestamp authorities say of one document, one batch or one
 * patient. Everything in it can be checked with other people's programs: docs/formats.md, "Proof files".
 */

export const proofFormat = 'scelle-proof/1'

export const ProofSubject = z.strictObject({
  kind: z.enum(['document', 'batch', 'patient']),
  id: z.uuid(),
})
export type ProofSubject = z.infer<typeof ProofSubject>

export const mostEntries = 100_000

const Seq = z.int().nonnegative()
const Sha256 = z.string().regex(/^[0-9a-f]{64}$/)

/**
 * Timestamp tokens over one thing, the oldest first, each further one over the one before as well: over the signed head, or
 * over the content that a `document-sealed` entry names.
 */
const Times = z.discriminatedUnion('of', [
  z.strictObject({ of: z.literal('checkpoint'), paths: z.array(z.string()).min(1) }),
  z.strictObject({ of: z.literal('sealed-document'), paths: z.array(z.string()).min(1), seq: Seq }),
])

/** Table of contents, `proof.json`. Nothing in it is believed before the files themselves have shown it. */
export const ProofManifest = z.strictObject({
  format: z.literal(proofFormat),
  subject: ProofSubject,
  madeAt: z.iso.datetime({ precision: 3 }),
  entries: z.array(Seq).min(1).max(mostEntries),
  times: z.array(Times).max(100_000),
  /** Signed attestations, each of the digest that a `batch-attested` entry names. */
  certificates: z.array(z.strictObject({ path: z.string(), seq: Seq })).max(10_000),
  /** Of every other file, so that damage is named where it is. */
  files: z.record(z.string(), Sha256),
})
export type ProofManifest = z.infer<typeof ProofManifest>
export type ProofTimes = ProofManifest['times'][number]

/** Contents by path. */
export type ProofFiles = ReadonlyMap<string, Uint8Array>

const numbered = (seq: number): string => String(seq).padStart(16, '0')

export const manifestPath = 'proof.json'
export const statementPath = 'releve-de-valeur-probante.txt'
/** Canonical JSON, the bytes that were hashed. */
export const entryPath = (seq: number): string => `entries/${numbered(seq)}.json`
/** c2sp.org/tlog-proof@v1 */
export const inclusionPath = (seq: number): string => `entries/${numbered(seq)}.tlog-proof`
/** RFC 3161 token, DER. */
export const tokenPath = (name: string): string => `timestamps/${name}.tsr`
/**
 * That the head goes on from the one of size `old`: what a witness is asked with (c2sp.org/tlog-witness), the old size,
 * the consistency proof and the head.
 */
export const consistencyPath = (old: number): string => `${consistencyFolder}${numbered(old)}.add-checkpoint`
export const consistencyFolder = 'consistency/'
/** PDF, signed. */
export const certificatePath = (seq: number): string => `certificates/attestation-${numbered(seq)}.pdf`
/** Verifier key of the ledger as its keeper states it: to be compared with what was had by another way. */
export const ledgerKeyPath = 'keys/ledger.vkey'
/** The same of the witnesses, one a line. */
export const witnessKeysPath = 'keys/witnesses.vkey'
/** Certificates that the configured authorities are trusted by, PEM: the same holds for them. */
export const anchorsPath = 'keys/timestamp-anchors.pem'
/** The same of whoever signs attestations. */
export const signerAnchorsPath = 'keys/certificate-anchors.pem'
