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
