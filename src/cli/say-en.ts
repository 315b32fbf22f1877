import { publicLedgerEn, witnessEn } from './say-ledger-en.ts'
import { proofEn } from './say-proof-en.ts'
import { keysEn } from './say-keys-en.ts'
import { queueEn } from './say-queue-en.ts'
import { rescanEn } from './say-rescan-en.ts'
import { storageEn } from './say-storage-en.ts'
import type { Say } from './say-fr.ts'
import { wordsEn } from './words-en.ts'

const s = (count: number): string => (count === 1 ? '' : 's')

/** Every sentence of the command line. */
export const en: Say = {
  ...wordsEn,
  ...proofEn,
  storage: storageEn,
  queue: queueEn,
  keys: keysEn,
  rescan: rescanEn,

  init: {
    configurationWritten: (file) => `Configuration written: ${file}`,
    doing: (step) => `… ${step}`,
    ready: 'Scellé is ready.',
    keysSafe: (master, ledger) =>
      `Copy ${master} and ${ledger} now to two safe places, apart from each other and from the database's backups: without the master key, nothing can ever be read again.`,
    tokenSafe: (ledger) =>
      `Back the HSM up now as its vendor says, and copy ${ledger}: without the master key, nothing can ever be read again.`,
    addOrganisation:
      'Register the service: « scelle organisation add --name "…" --siret … », then give its id to « organisation » in the configuration, or run « scelle init » again.',
    organisationKept: (id) => `The configuration now names organisation ${id}.`,
    organisationByHand: (id) =>
      `The configuration cannot be changed from here: add "organisation": "${id}" to it.`,
    nextHost:
      'Next: the host (« scelle host add »), the processor (« scelle organisation add --kind processor »), the contract (« scelle contract add »), the patients (« scelle patient import »), their decisions (« scelle consent import »).',
    askOwnerUrl: 'PostgreSQL URL of the owner of the tables (postgresql://role:password@host:5432/database)',
    askQueue: 'Queue: redis or postgres',
    askRedisUrl: 'Redis or Valkey URL',
    askEndpoint: 'Address of the S3 storage',
    askKeyId: 'S3 access key id',
    askSecret: 'S3 secret key',
    askName: 'Name of the organisation (empty: later)',
    askSiret: 'SIRET',
  },
  organisation: {
    added: (id) => `Organisation registered: ${id}`,
    columns: ['id', 'kind', 'name', 'SIRET', 'FINESS', 'consent', 'chosen'],
    finessUnverifiable: 'A FINESS of Corsica: its key cannot be checked, read it again.',
    nextHost: 'Next: « scelle host add », then « scelle contract add ».',
  },
  host: {
    added: (id) => `Host registered: ${id}`,
    columns: ['id', 'name', 'HDS certificate', 'valid', 'activities', 'countries', 'storage'],
    facts: {
      name: 'Name',
      siren: 'SIREN',
      certificate: 'HDS certificate',
      certifier: 'Certifier',
      activities: 'Activities',
      valid: 'Valid',
      regions: 'Countries',
      storage: 'Storage',
      contact: 'Incident contact',
    },
    span: (from, to) => `${from} to ${to}`,
  },
  contract: {
    added: (reference, version) => `Contract ${reference} registered, version ${version}.`,
    columns: ['id', 'reference', 'version', 'starts', 'ends', 'clauses', 'DPIA', 'takes batches'],
    facts: {
      reference: 'Reference',
      version: 'Version',
      processor: 'Processor',
      host: 'Host',
      span: 'In force',
      copy: 'Signed copy (SHA-256)',
      dpia: 'DPIA',
    },
    clauses: 'Clauses of GDPR article 28',
    open: 'Batches can be dropped under this contract.',
    closed: 'No batch is taken under this contract for now:',
  },
  patient: {
    importing: 'Importing patients',
    imported: (added, changed, unchanged) =>
      `${added} patient${s(added)} added, ${changed} changed, ${unchanged} unchanged.`,
    columns: ['id', 'file number'],
    identityColumns: ['birth name', 'given names', 'born'],
    outcome: 'result',
    list: 'See them with « scelle patient list ».',
    nextConsents: 'Next: their decisions, with « scelle consent import ».',
    facts: {
      id: 'Id',
      fileNumber: 'File number',
      name: 'Birth name',
      givenNames: 'Given names',
      birthDate: 'Born',
      ins: 'Identity',
      documents: 'Documents',
      key: 'Key',
    },
    keyDestroyed: 'destroyed',
    keyThere: 'present',
    askFileNumber: 'File number: ',
  },
  consent: {
    importing: 'Importing decisions',
    imported: (recorded, unchanged) =>
      `${recorded} decision${s(recorded)} recorded, ${unchanged} known already.`,
    touched: {
      goOn: (count) =>
        `${count} document${s(count)} that waited for a decision ${count === 1 ? 'goes' : 'go'} on by ${count === 1 ? 'itself' : 'themselves'}.`,
      stillWait: (count) =>
        `${count} document${s(count)} still ${count === 1 ? 'waits' : 'wait'} for a decision.`,
      stopped: (count) =>
        `${count} document${s(count)} stopped: « scelle document list --state refused » and « scelle document list --state held ».`,
      questioned: (count) =>
        `${count} document${s(count)} archived already: reading is blocked, the service decides (« scelle document list »).`,
    },
    touchedNone: 'No document waited for this decision.',
    alreadyOver: 'It has ended already (--expires-at): it counts as « expired ».',
    recorded: (status, purpose) => `Decision recorded: ${status} (${purpose}).`,
    laterStands: (status) => `A decision taken later stays in force: ${status}.`,
    columns: [
      'decided',
      'purpose',
      'decision',
      'channel',
      'notice',
      'evidence (SHA-256)',
      'legal basis',
      'decided by',
      'ends',
      'recorded',
      'by',
    ],
    now: 'Today',
    history: 'History',
    nothing: 'No decision is recorded: it counts as « pending ».',
  },
  batch: {
    submitted: (id) => `Batch received: ${id}`,
    known: (id, state) => `This batch was dropped before: ${id} (${state}).`,
    follow: (id) => `Follow it: « scelle batch show ${id} ».`,
    reading: 'Submitting',
    waiting: 'Batch',
    progress: (documents, total, held) =>
      `${documents}/${total} document${s(total)} done${held > 0 ? `, ${held} held` : ''}`,
    leftRunning: (id) => `Batch ${id} goes on without you: « scelle batch show ${id} ».`,
    nobodyWorks:
      'No worker process shows signs of life: start them (workers/clock.ts, batch.ts, page.ts, document.ts), or « docker compose up -d ».',
    columns: ['id', 'received', 'box', 'contract', 'state', 'pages', 'documents', 'held'],
    facts: {
      id: 'Batch',
      state: 'State',
      box: 'Box',
      contract: 'Contract',
      operator: 'Operator',
      separation: 'Separation',
      received: 'Received',
      closed: 'Closed',
      releasedBy: 'Released by',
    },
    counts: 'Counts',
    countColumns: ['', 'expected', 'counted'],
    files: 'Files',
    fileColumns: ['no.', 'kind', 'bytes', 'pages', 'state'],
    documents: 'Documents',
    documentsOf: (id) => `In detail: « scelle document list --batch ${id} ».`,
    released: (id) => `Batch ${id} released: its documents are taken as they were found.`,
    rejected: (id) =>
      `Batch ${id} rejected: work on it stops, what was staged is destroyed, its source goes back to the operator.`,
    attested: (file: string, digest: string) =>
      `Attestation written to ${file}; its digest is the one in the ledger: ${digest}`,
    notTimestamped:
      'The timestamp authority has not answered yet: its word follows, as a new version of the attestation.',
    heldCount: (count) => `${count} document${s(count)} held: nothing is lost, see why and what to do.`,
  },
  inbox: {
    watching: (directory) => `Watching the hot folder ${directory} (Ctrl-C to stop)`,
    round: (submitted, givenBack, released, postponed) =>
      `${submitted} batch${submitted === 1 ? '' : 'es'} received, ${givenBack} given back, ${released} released, ${postponed} put off`,
    stopped: 'Stopped watching.',
  },
  coverSheet: {
    printed: (count, file) => `${count} cover sheet${s(count)} in ${file}`,
    manifest: (batch, count) =>
      `In batch.json: "separation": "cover-sheets", "coverSheets": { "batch": "${batch}", "count": ${count} }`,
    place: 'Put each sheet in front of the file that it announces, unstapled, in order.',
  },
  document: {
    columns: ['no.', 'id', 'state', 'pages', 'patient', 'sealed at', 'object key'],
    patientKnown: 'attributed',
    heading: (batch, box) => `Batch ${batch} · box ${box}`,
    facts: {
      id: 'Document',
      batch: 'Batch',
      position: 'No. in batch',
      state: 'State',
      patient: 'Patient',
      fileNumber: 'File number',
      pages: 'Pages',
      confidence: 'Recognition',
      reading: 'Read',
      ownText: 'Own text',
      readByPersons: 'Corrected',
      attributedBy: 'Attributed by',
      question: 'To decide',
    },
    questions: {
      'withdrawn-after-deposit':
        'Consent was withdrawn after archiving: reading is blocked, nothing can be erased yet. To keep the document under another legal basis: « scelle consent set PATIENT --status not-required --legal-basis … --decided-by … ».',
    },
    deposits: 'Sealed objects',
    parts: {
      access: 'access copy (PDF)',
      master: "scanner's original",
      words: 'words and findings',
    },
    depositFacts: {
      host: 'Host',
      key: 'Object key',
      version: 'Version',
      content: 'Content (SHA-256)',
      sealed: 'Sealed (SHA-256)',
      bytes: 'Sealed bytes',
      verified: 'Read back, compared',
      retain: 'Locked until',
    },
    history: 'History',
    historyColumns: ['when', 'what', 'by', 'reason'],
    attributed: (id) => `Document ${id} attributed: it goes on, and the patient's decision will be asked.`,
    retried: (id) => `Document ${id} taken up again where it failed.`,
    rejected: (id) =>
      `Document ${id} rejected: its file will be given back to the operator when the batch closes.`,
    returnColumns: ['box', 'batch', 'file:pages', 'document', 'refused on'],
    findingFacts: { type: 'Kind', date: 'Day', reading: 'Read', corrected: 'Corrected' },
    otherKind: 'other',
    bySomebody: 'said by a person',
    byPage: (page, confidence) => `page ${page}, ${confidence} sure`,
    corrected: (version) =>
      `This is what stands, in version ${version} of the words: sealed, deposited, read back.`,
    placesRead: (count) => `${count} place${s(count)} read by a person`,
    placesCorrected: (count) =>
      `${count} place${s(count)} read by persons since: see « document text ». What is searched in the PDF is still what was read before its deposit.`,
    accessCopyStays:
      '« document text » gives the corrected words. The PDF is not changed: a search in it finds what was read before its deposit.',
    nothingWritten: 'nothing written was seen',
    reading: ({ sure, doubtful, unread, places }) =>
      `${sure} surely · ${doubtful} doubtful · ${unread} not read (${places} place${s(places)})`,
    ownText: ({ used, compared, contradicted, agreement }) =>
      [
        `${used} page${s(used)} used as ${used === 1 ? 'it is' : 'they are'}`,
        ...(agreement ? [`${compared} compared, ${agreement} or more the same`] : []),
        ...(contradicted > 0 ? [`${contradicted} not what is to be seen`] : []),
      ].join(' · '),
    textWritten: (file) => `Text written to ${file}, readable by you alone.`,
    fetched: (file) => `Document written to ${file}, readable by you alone.`,
    exported: (directory) => `Sealed object, key and key id in ${directory}`,
    openWith: 'To open it with OpenSSL 3:',
    compare: 'First, compare its digest with the ledger:',
    keyWarning:
      'The key opens this document and no other. Keep it apart from the object, and destroy it when it is no longer needed.',
  },
  witness: witnessEn,
  ledger: {
    ...publicLedgerEn,
    verifying: 'Verifying the ledger',
    verified: (entries, checkpoints) =>
      `Ledger verified: ${entries} entr${entries === 1 ? 'y' : 'ies'}, ${checkpoints} checkpoint${s(checkpoints)}, nothing wrong.`,
    notVerified: (count, kinds) =>
      `Ledger NOT verified: ${count} finding${s(count)}${kinds > 1 ? `, of ${kinds} kinds` : ''}.`,
    omitted: (count) => `and ${count} more of this kind; all with --json.`,
    kinds: {
      'entries-missing': 'Missing entries',
      'entry-out-of-order': 'Entries out of order',
      'entry-malformed': 'Malformed entries',
      'entry-misplaced': 'Entries written for another place',
      'leaf-hash-differs': 'Altered entries',
      'event-differs': 'Altered events',
      'subtree-differs': 'Altered hashes of tiles',
      'published-head-unknown': 'Published heads that the database does not know',
      'cosignature-invalid': 'Invalid signatures of witnesses',
      'published-checkpoint-invalid': 'Invalid published heads',
      'tile-missing': 'Missing published files',
      'tile-malformed': 'Unreadable published files',
      'tile-differs': 'Altered published files',
      'tiles-root-differs': 'Archives whose entries do not lead to their signed head',
      'deposit-row-differs': 'Altered digests of sealed contents',
      'checkpoint-row-differs': 'Altered rows of signed heads',
      'checkpoint-invalid': 'Invalid checkpoints',
      'checkpoints-contradict': 'Checkpoints that contradict each other',
      'root-differs': 'Checkpoints that the entries contradict (a consequence of what is before their place)',
      'ledger-shorter': 'Checkpoints past the end',
    },
    ofKind: (kind, count) => `${kind}: ${count}`,
    intact: (entries) =>
      entries > 0
        ? `The last checkpoint that the entries confirm covers ${entries} of them: those first ones are intact.`
        : 'The entries confirm no checkpoint.',
    confirmed: (confirmed, all) => `${confirmed} of ${all} confirmed`,
    whatNow:
      'Stop writing, keep database and archive as they are, and call the security contact (SECURITY.md).',
    empty: 'The ledger is empty: nothing has happened yet.',
    verifierKey: 'Key that verifies checkpoints',
    facts: {
      entries: 'Entries',
      root: 'Root',
      covered: 'Under a signature',
      checkpoints: 'Checkpoints',
      stored: 'in the database',
      archived: 'copies in the archive',
      waiting: 'Events waiting',
      at: 'Signed',
      copied: 'Copied to the archive',
      published: 'Published everywhere',
      recovered: 'Without an event',
    },
    note: 'Latest checkpoint',
    entries: 'Latest entries',
    entryColumns: ['no.', 'when', 'what', 'by', 'about'],
  },
}
