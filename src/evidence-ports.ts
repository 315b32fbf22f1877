import type { CertificatePage } from './domain/certificates/page.ts'
import type { SignatureAlgorithm } from './domain/certificates/signed-data.ts'
import type { AttestedBatch } from './domain/deposit-attestation-page.ts'
import type { BatchId, OrganisationId } from './domain/ids.ts'

// What evidence needs from outside: who signs, who says when, who watches.

/** Signs checkpoints (Ed25519). The private key never leaves the provider. */
export interface LedgerSigner {
  /** Name in the signed note, as a host name: `ledger.example.fr`. */
  readonly name: string
  /** Raw 32-byte public key. */
  readonly publicKey: Buffer
  sign(message: Buffer): Promise<Buffer>
}

/** Signs certificates of the house. The private key never leaves the provider. */
export interface CertificateSigner {
  /** X.509 certificates in DER: the signer's first, then those above it. */
  readonly chain: readonly Buffer[]
  readonly algorithm: SignatureAlgorithm
  /** Of the message itself, which it digests; ECDSA signatures in DER form (RFC 3279). @throws Failure key-unavailable */
  sign(message: Buffer): Promise<Buffer>
}

/** Makes every certificate and every minute of the house: one page, PDF/A-1b, signed (PAdES). */
export interface CertificateMaker {
  /**
   * `isStamped`: an authority said when, of the signature and of the whole; otherwise that follows by `stamp`.
   * @throws Failure certificate-not-made, key-unavailable
   */
  make(page: CertificatePage, signal: AbortSignal): Promise<{ pdf: Buffer; isStamped: boolean }>
  /** The same certificate, and after it a document time-stamp. @throws Failure timestamp-away */
  stamp(pdf: Buffer, signal: AbortSignal): Promise<Buffer>
}

/** Says when a digest was there. */
export interface TimestampAuthority {
  /**
   * An RFC 3161 token (DER ContentInfo) over a digest, SHA-256 or by its length SHA-512, found right before it is returned.
   * @throws Failure timestamp-away
   */
  stamp(digest: Buffer, signal: AbortSignal): Promise<Buffer>
}

/** The largest head of each log that a witness has signed, by the log's origin. */
export type WitnessedHeads = ReadonlyMap<
  string,
  { readonly size: number; readonly root: Buffer; readonly note: string }
>

/** What a witness remembers. Losing it would let it sign a second history. */
export interface WitnessState {
  /** @throws Failure witness-state-missing, witness-state-invalid */
  read(): Promise<{ readonly generation: number; readonly heads: WitnessedHeads }>
  /** Keeps these, on the disk for certain, unless another process kept others since `before` was read: then false. */
  replace(before: { readonly generation: number }, heads: WitnessedHeads): Promise<boolean>
}

/** Somebody else who signs heads of the ledger (c2sp.org/tlog-witness). */
export interface WitnessPost {
  /** `add-checkpoint`. @throws Failure witness-away */
  addCheckpoint(request: string): Promise<{ readonly status: number; readonly body: string }>
}

/** A batch whose attestation is to be seen to. */
export type AttestationTask = {
  readonly organisationId: OrganisationId
  readonly batchId: BatchId
  /** Of its host. */
  readonly storage: string
}

/** Where the closing of a batch stands in the ledger, with the entry as it was hashed. */
export type ClosingEntry = { readonly seq: number; readonly entry: Buffer; readonly leafHash: Buffer }

/** Attestations of all organisations, as the clock sees them. */
export interface AttestationBook {
  /** Signed and not in the archive yet; not written; without a time-stamp. The oldest first. */
  waiting(what: 'deposit' | 'writing' | 'timestamp', limit: number): Promise<AttestationTask[]>
  /** In the archive, with a lock that ends before then. */
  lockEndingBefore(moment: Date, limit: number): Promise<AttestationTask[]>
  /** What the page says of it; without a closing while that has no place in the ledger. */
  particulars(
    task: AttestationTask,
  ): Promise<{ batch: AttestedBatch; closing: ClosingEntry | undefined } | undefined>
}
