import { Failure } from '../domain/failure.ts'
import { cosignaturesOf, parseCosignerKey } from '../ledger/cosignature.ts'
import { parseVerifierKey } from '../ledger/note.ts'
import { parseProof, verifyProof } from '../ledger/tlog-proof.ts'
import { leafHash } from '../ledger/tree.ts'

export type CheckedProof = {
  readonly seq: number
  /** Name of the log. */
  readonly origin: string
  readonly size: number
  /** Of the witnesses that were named, those that have signed, and when. */
  readonly witnesses: readonly { readonly name: string; readonly at: Date }[]
}

/**
 * Verifies a c2sp.org/tlog-proof@v1 with nothing but the entry and the keys that are trusted. All witnesses that are named
 * must have signed.
 *
 * @param keys verifier keys as texts
 * @throws Failure proof-invalid, checkpoint-invalid
 */
export function checkEntryProof(
  proof: string,
  entry: Buffer,
  keys: { readonly log: string; readonly witnesses: readonly string[] },
): CheckedProof {
  const parsed = parseProof(proof)
  const head = verifyProof(parsed, leafHash(entry), [parseVerifierKey(keys.log)])
  const cosigners = keys.witnesses.map(parseCosignerKey)
  const signed = cosignaturesOf(parsed.checkpoint, cosigners)
  if (cosigners.some((cosigner) => !signed.some((one) => one.cosigner === cosigner)))
    throw new Failure('checkpoint-invalid', { reason: 'cosignature-missing' })
  return {
    ...{ seq: parsed.index, origin: head.origin, size: head.size },
    witnesses: signed.map(({ cosigner, at }) => ({ name: cosigner.name, at })),
  }
}

/** The keys of logs, as texts. @throws Failure checkpoint-invalid */
export const logKeys = (keys: readonly string[]) => keys.map((key) => parseVerifierKey(key))
