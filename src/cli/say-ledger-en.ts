import type { publicLedgerFr, witnessFr } from './say-ledger-fr.ts'

const s = (count: number): string => (count === 1 ? '' : 's')

export const publicLedgerEn: typeof publicLedgerFr = {
  archiveColumns: ['archive', 'state'],
  witnessColumns: ['witness', 'required', 'has signed', 'at'],
  standings: {
    fine: (size, behind) =>
      behind > 0 ? `${size} entries published, ${behind} to come` : `${size} entries published`,
    behind: (size, missing) =>
      `${size} entries published: the database, restored from an older state, lacks ${missing}`,
    contradiction: (size) =>
      `signed head of ${size} entries, which the database contradicts: there are two histories`,
    invalid: (reason) => `published head unreadable, or signed by another key (${reason})`,
    away: (code) => `does not answer (${code})`,
  },
  proven: (seq, size, file) => `Entry ${seq} proven under the head of ${size} entries: ${file}`,
  checked: (seq, size, origin) => `Entry ${seq} is under the head of ${size} entries of ${origin}.`,
  signedBy: (name, at) => `The witness ${name} signed this head at ${at}.`,
  requested: (file) =>
    `Request written to ${file}: hand it to the witness, who answers it with "scelle witness sign".`,
  cosigned: (names, size) => `Head of ${size} entries signed by: ${names}.`,
  recovered: (entries, events, files) =>
    `${entries} entr${entries === 1 ? 'y' : 'ies'} put back, ${events} of them for events that the database still had; ${files} published file${s(files)} written again.`,
  needsPerson:
    'Nothing is repaired: two histories contradict each other. Keep database and archive as they are, and call the security contact (SECURITY.md).',
  canRepair: '"scelle ledger recover --repair" puts back what is missing, once verified.',
}

export const witnessEn: typeof witnessFr = {
  made: (name) =>
    `Witness ${name} made. Give this key to those who rely on it, and keep its memory: without it, it signs no more.`,
  verifierKey: 'Verifier key',
  columns: ['ledger', 'entries', 'root'],
  listening: (host, port) => `Witness listening on http://${host}:${port}`,
  signed: (origin, size, file) => `Head of ${origin} with ${size} entries signed: ${file}`,
}
