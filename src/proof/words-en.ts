import { typesetAll } from '../domain/typography.ts'
import type { Words } from './words.ts'

const plural = (count: number, one: string, many: string): string =>
  `${new Intl.NumberFormat('en-GB').format(count)} ${count === 1 ? one : many}`

const sentences: Words = {
  locale: 'en-GB',
  title: 'STATEMENT OF EVIDENCE',
  subject: { document: 'Document', batch: 'Batch', patient: 'Patient' },
  madeAt: (when) => `Made on ${when}. All times are universal time (UTC).`,
  proven: {
    title: 'What is proven',
    inclusion: (entries, size) =>
      `${plural(entries, 'entry stands', 'entries stand')} in the custody ledger, at a place that cannot change any more: the ledger's signed head covers ${plural(size, 'entry', 'entries')}, and each proof leads to it by calculation.`,
    span: (from, to) => `They go from ${from} to ${to}, in the ledger's order.`,
    timestamp: (authority, when) =>
      `The ledger was in this state on ${when} at the latest: a timestamp token of “${authority}” is about its head.`,
    attested: (batchId, signer, seq, when) =>
      `The deposit attestation of batch ${batchId}, signed by “${signer}”, is the one of entry ${seq}${when ? `; it was signed on ${when} at the latest` : '; no authority says yet when it was signed'}.`,
    parts: { access: 'access copy', master: "scanner's file", words: 'recognised text' },
    content: (part, version, bytes) =>
      `Content “${part}”, version ${version}${bytes === undefined ? '' : ` (${plural(bytes, 'byte', 'bytes')})`}`,
    sealed: (when, seq) => `sealed on ${when} (entry ${seq})`,
    stamped: (authority, when) =>
      `timestamped by “${authority}”: this content existed on ${when} at the latest`,
    deposited: (when, seq) => `deposited with the host on ${when} (entry ${seq})`,
    verified: (when, seq) => `read back from the host and found identical on ${when} (entry ${seq})`,
    notVerified: 'none of these entries says that it was read back from the host',
    digest: (name, value) => `${name}: ${value}`,
  },
  by: {
    title: 'By whom',
    ledger: (name, fingerprint) => `The ledger “${name}”, key ${fingerprint}, signed the head.`,
    witness: (name, when) => `The witness “${name}” cosigned the same head on ${when}.`,
    noWitness: 'No witness cosigned this head.',
    authority: (name) => `The timestamp authority “${name}” dated what bears its token.`,
    noAuthority:
      'No timestamp token comes with this statement: the times rest on the clock of whoever kept the ledger, and on nothing else.',
  },
  notProven: {
    title: 'What is not proven',
    list: [
      'That the image is faithful to the paper: that is for the quality control of the scanning and its minutes to show.',
      'Who the persons are: the ledger knows opaque ids only, and only the controller knows whose they are.',
      'That no other entry is about this subject: a proof shows what is in the ledger, not what this file may have left out.',
      'The exact time of each fact: the system declares it; order and timestamp tokens are what bounds it.',
      'Legal value: that is for a court.',
    ],
  },
  check: {
    title: 'How to check it without trusting us',
    list: [
      'Open the verifier (an HTML page, no network) and drop this ZIP file on it, then the document itself; or: npx scelle verify FILE.zip',
      'By hand, with openssl, sha256sum and any transparency-log client: see “Proof files” in docs/formats.md.',
      "Compare the ledger's key and the authorities' certificates with those that you had by another way than this file: a proof is never better than the key it is compared with.",
    ],
  },
  chronology: 'Chronology',
  events: {
    'batch-received': 'Batch received',
    'batch-registered': 'Batch registered',
    'batch-held': 'Batch held',
    'batch-released': 'Batch released',
    'batch-resumed': 'Work on the batch resumed',
    'batch-rejected': 'Batch rejected',
    'batch-closed': 'Batch closed, counts reconciled',
    'batch-attested': 'Deposit attestation signed and archived',
    'file-staged': "Scanner's file taken in, digests computed",
    'file-rejected': 'File rejected',
    'file-duplicate-found': 'File found to be a duplicate',
    'file-split': 'File cut into pages',
    'page-examined': 'Page examined',
    'page-recognised': 'Text of the page recognised',
    'document-composed': 'Document composed',
    'document-attributed': 'Document attributed to a patient by a person',
    'document-held': 'Document held',
    'document-resumed': 'Work on the document resumed',
    'document-refused': 'Document refused: the patient objects',
    'document-rejected': 'Document rejected',
    'document-failed': 'Work on the document ended by an error',
    'consent-recorded': "Patient's decision recorded",
    'consent-checked': 'Consent checked',
    'identity-confirmed': "Identity compared with the document's text",
    'document-assembled': 'Access copy made (PDF/A)',
    'document-sealed': 'Content sealed',
    'document-corrected': 'Document corrected by a person: a new version',
    'document-deposited': 'Sealed object deposited with the host',
    'deposit-verified': 'Deposit read back from the host, identical',
    'lock-renewed': 'Retention lock renewed',
    'document-read': 'Document read',
    'document-reading-refused': 'Reading refused',
    'document-exported': 'Document handed over under seal',
    'withdrawal-noted': 'Withdrawal of consent noted after the deposit',
    'staged-pages-destroyed': 'Working pages destroyed',
    'staging-key-destroyed': 'Key of the working copies destroyed',
    'staging-destroyed': 'Working copies destroyed',
    'source-released': 'Source files given back, or removed from the drop folder',
    'master-key-made': 'Master key made',
    'keys-rewrapped': 'Keys wrapped anew under the new master key',
    'master-key-escrowed': 'Master key put into escrow',
    'master-key-retired': 'Master key retired',
  },
}

export const en: Words = typesetAll(sentences, 'en')
