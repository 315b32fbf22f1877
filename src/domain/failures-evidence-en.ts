import type { FailureCode, Sentence } from './failures.ts'

/** What is said of ledger, certificates and trusted time. */
export const en = {
  'ledger-not-consistent': {
    what: 'The ledger differs from its checkpoint at entry {seq}.',
    todo: 'Stop writing. Keep database and archive as they are and call the security contact.',
  },
  'checkpoint-invalid': {
    what: 'The checkpoint is not well formed, or its signature does not fit the key: {reason}.',
    todo: 'Compare with the copies in the archive.',
  },
  'proof-invalid': {
    what: 'The proof does not lead to the root: {reason}.',
    todo: 'Ask for a new proof of this entry.',
  },
  'proof-file-invalid': {
    what: 'This is no proof file: {reason}.',
    todo: 'Give the ZIP file as it was handed over, or ask for it again.',
  },
  'entry-too-long': {
    what: 'What happened cannot be written as one entry of the ledger: it would have {bytes} bytes, of 65,535.',
    todo: 'This is a fault of ours: report the code. Nothing was recorded.',
  },
  'proof-too-large': {
    what: 'A proof file holds {most} entries at most; of this the ledger has {entries}.',
    todo: 'Ask for the proofs of its documents ("scelle proof document ID").',
  },
  'entry-not-published': {
    what: 'Entry {seq} is not under a published checkpoint that every required witness has signed: those cover {size} entries.',
    todo: 'Wait for the next publication ("scelle ledger status").',
  },
  'ledger-older-than-published': {
    what: 'The database has {size} entries of the ledger; {place} has a signed head of {known}. The database was restored from an older state.',
    todo: 'Nothing is appended meanwhile. See "scelle ledger recover", which puts the missing entries back.',
  },
  'ledger-contradicts-published': {
    what: 'The ledger of the database and what was published contradict each other at {size} entries: {place}.',
    todo: 'Nothing is appended. Keep database and archive as they are, and call the security contact (SECURITY.md).',
  },
  'witness-away': {
    what: 'The witness {witness} does not answer.',
    todo: 'It is asked again; the ledger goes on meanwhile.',
  },
  'witness-state-missing': {
    what: 'The witness does not know what it has signed: its state is not there.',
    todo: 'Bring it back from where it was, or, for a witness that never signed, make it with "scelle witness init". A witness without its memory must not sign.',
  },
  'witness-state-invalid': {
    what: 'The state of the witness cannot be read.',
    todo: 'Bring it back from a copy that is not older than its last signature; else make a new witness, with a new key.',
  },
  'witness-refused': {
    what: 'The witness {witness} does not sign this head of the ledger ({reason}).',
    todo: 'Compare the head that it keeps with the published one, and its list of logs with our verifier key.',
  },
  'attestation-figures-differ': {
    what: 'What became of the batch does not add up: {faults}. Nothing is attested, and what is staged is kept.',
    todo: 'Look at the batch and its documents; release it once the figures are right, or send this to support.',
  },
  'attestation-pending': {
    what: 'The deposit attestation is not written yet ({reason}).',
    todo: 'Ask again later; if it stays so, see whether the clock runs and the signing key is configured (certificates.signing).',
  },
  'attestation-differs': {
    what: 'The attestation in the archive is not the one that was put there: its digest differs.',
    todo: 'Ask the host what happened to it; the digest stands in the ledger.',
  },
  'certificate-invalid': {
    what: 'The certificate is not valid ({reason}).',
    todo: 'Do not rely on it; get it again from whoever issued it, and compare its digest with the ledger.',
  },
  'certificate-not-made': {
    what: 'The certificate could not be made ({reason}).',
    todo: 'Look at the settings under certificates; it is tried again.',
  },
  'timestamp-away': {
    what: 'No timestamp authority gave a token ({authority}: {reason}).',
    todo: 'It will be tried again; the work goes on, its tokens follow.',
  },
  'timestamp-malformed': {
    what: 'The timestamp token is not one, or is damaged.',
    todo: 'Compare it with its copy in the archive; a fresh token is asked for again by itself.',
  },
  'timestamp-of-other-data': {
    what: 'The timestamp token is about other bytes than these.',
    todo: 'Take the token that belongs to them, by its digest.',
  },
  'timestamp-nonce-differs': {
    what: 'The timestamp authority answered another request than ours.',
    todo: 'It will be tried again; if it lasts, ask the authority, or look for a cache between us and it.',
  },
  'timestamp-policy-wrong': {
    what: 'The timestamp token was given under a policy that the configuration does not accept.',
    todo: 'Check timestamps.authorities (policy) against what the authority publishes.',
  },
  'timestamp-signature-wrong': {
    what: 'The signature of the timestamp token is wrong.',
    todo: 'Do not rely on it; compare it with its copy in the archive.',
  },
  'timestamp-authority-unknown': {
    what: 'The timestamp token was signed by somebody whom no trust anchor vouches for.',
    todo: 'If the authority is the right one, put its root certificate among its anchors.',
  },
  'timestamp-certificate-expired': {
    what: "A certificate of the timestamp authority was not valid at the token's time.",
    todo: 'The authority must renew its certificate; configure another one meanwhile.',
  },
  'timestamp-certificate-unfit': {
    what: 'A certificate of the timestamp authority is not made for time stamping.',
    todo: 'Do not rely on the token; ask the authority.',
  },
  'timestamp-certificate-revoked': {
    what: 'A certificate of the timestamp authority was revoked.',
    todo: 'Do not rely on the token; have what it covers stamped by another authority.',
  },
  'timestamp-algorithm-refused': {
    what: 'The timestamp token rests on an algorithm that is not relied upon.',
    todo: 'Ask the authority for SHA-256 or more, RSA of 2048 bits or more, or ECDSA.',
  },
  'timestamp-time-wrong': {
    what: 'The time of the timestamp token is far from ours.',
    todo: "Check this house's clock (its database's) first, then ask the authority.",
  },
  'timestamp-lapsed': {
    what: 'The certificate behind the timestamp token has ended, and no younger token covers it.',
    todo: 'Later proof of its time must come from a token over the ledger: its next checkpoint covers it too.',
  },
} as const satisfies Partial<Record<FailureCode, Sentence>>
