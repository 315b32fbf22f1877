import type { proofFr } from './say-proof-fr.ts'

const ies = (count: number): string => (count === 1 ? 'y' : 'ies')

export const proofEn: typeof proofFr = {
  verify: {
    verdicts: {
      proven: 'Proof verified: everything leads to the keys that you gave.',
      coherent:
        'Coherent proof, but with the key that the file itself brings: give the one that you had from the ledger with --ledger-key, or compare its fingerprint below.',
      faulty:
        'Proof refused: this file does not prove what it claims. Ask for another one, and keep this one.',
    },
    matched: (file, what, seq, when) => `${file}: identical, byte for byte — ${what} (entry ${seq}, ${when})`,
    unmatched: (file) => `${file}: no proven entry names its digest`,
    continued: (size) => `The ledger goes on from the head of ${size} entr${ies(size)} that you kept.`,
    notShown: (size) =>
      `Nothing shows that the ledger goes on from the head of ${size} entr${ies(size)} that you kept: ask for a proof made with « --since ${size} ».`,
    certificate: {
      proven: 'Attestation verified: signature and place in the ledger lead to what you gave.',
      coherent:
        'Signature verified; the place in the ledger was not compared: give the key that you had from the ledger with --ledger-key.',
      faulty:
        'Attestation refused: it does not prove what it claims. Ask for another one, and keep this one.',
    },
    withoutAnchors:
      'No certificate of an authority was given (--anchors): who signed can be trusted by nothing in the file itself.',
    signedBy: (signer, serial) => `signed by “${signer}” (certificate ${serial})`,
    provenAt: (authority, when) => `timestamped by “${authority}”: it was signed on ${when} at the latest`,
    notProvenAt: (when) => `no authority says when it was signed; by its own word ${when}`,
    placed: (index, origin, size) =>
      `stands on entry ${index} of the ledger ${origin}, under a head of ${size}`,
  },
  proof: {
    collecting: 'Inclusion proofs…',
    written: (file, entries, size) =>
      `${file}: ${entries} entr${ies(entries)} proven under the head of size ${size}. Check it with « scelle verify ${file} », or with the verifier page.`,
    waiting: (count) =>
      `${count} younger entr${ies(count)} ${count === 1 ? 'is' : 'are'} not in it yet: the published head does not cover ${count === 1 ? 'it' : 'them'}. Ask again in a minute.`,
    untimed: 'No timestamp token is in it yet: see « scelle evidence status ».',
  },
}
