import type { AlgorithmName } from './domain/algorithms.ts'
import type { Batch, BatchFile } from './domain/batch.ts'
import type { ConsentDecision, ConsentPolicy, ConsentPurpose } from './domain/consent.ts'
import type { Actor, CustodyEvent, RecordedEvent } from './domain/custody.ts'
import type { Deposit } from './domain/deposit.ts'
import type { Attestation, DepositFigures, PageTally } from './domain/deposit-attestation.ts'
import type { Document } from './domain/document.ts'
import type { Facts } from './domain/failure.ts'
import type { FailureCode } from './domain/failures.ts'
import type {
  BatchId,
  BoxId,
  DocumentId,
  EventId,
  FileId,
  HostId,
  OrganisationId,
  OutboxId,
  PageId,
  PatientId,
} from './domain/ids.ts'
import type { Order, QueueName } from './domain/order.ts'
import type { Page } from './domain/page.ts'
import type { RenewalDue } from './domain/timestamps/renewal.ts'
import type { WrappedKey } from './ports.ts'

/** What the rules read and write of the truth, inside one transaction of one organisation. */
export interface Records {
  /** The moment of this transaction. */
  readonly now: Date
  readonly batches: BatchRecords
  readonly files: FileRecords
  readonly pages: PageRecords
  readonly documents: DocumentRecords
  readonly deposits: DepositRecords
  readonly consents: ConsentRecords
  readonly orders: OrderRecords & OrderKeeping
  readonly attestations: AttestationRecords
  readonly keys: KeyRecords
  readonly destructions: { append(destruction: Destruction): Promise<void> }
  /** Appends custody events to this transaction; those of one `occasion` are appended once, however often it is told. */
  append(actor: Actor, events: readonly CustodyEvent[], occasion?: string): Promise<void>
}

/** Opens transactions. Row-level security confines each to its organisation. */
export interface Truth {
  transaction<Result>(
    organisationId: OrganisationId,
    work: (records: Records) => Promise<Result>,
  ): Promise<Result>
}

type Change<Row> = Partial<Omit<Row, 'id' | 'organisationId' | 'batchId'>>

export interface BatchRecords {
  /** False, and nothing written, when this batch is there already, under its id or under its fingerprint. */
  insert(batch: Batch & { stagingKey: WrappedKey }): Promise<boolean>
  find(id: BatchId): Promise<Batch | undefined>
  /** The batch of these files, rejected ones left aside. */
  byFingerprint(fingerprint: string): Promise<Batch | undefined>
  /** Makes concurrent settlements of one batch wait for each other, so that the last one sees that it is the last. */
  lock(id: BatchId): Promise<Batch | undefined>
  change(id: BatchId, change: Change<Batch>): Promise<void>
  /** Forgets the staging key: what is staged cannot be read any more. */
  destroyStagingKey(id: BatchId): Promise<void>
  /** The host that the batch's contract names, and the storage that the settings give it. */
  hostOf(id: BatchId): Promise<HostId>
  storageOf(id: BatchId): Promise<string>
  /** The box with this label, made known if it is new. */
  box(label: string): Promise<BoxId>
}

/** A file as one of its documents sees it: is there another document's page in it? */
export type DocumentFile = BatchFile & { readonly isShared: boolean }

export interface FileRecords {
  insert(files: readonly BatchFile[]): Promise<void>
  find(id: FileId): Promise<BatchFile | undefined>
  ofBatch(batchId: BatchId): Promise<BatchFile[]>
  /** Files that hold pages of a document. */
  ofDocument(documentId: DocumentId): Promise<DocumentFile[]>
  /** Files of which every page is in the archive for certain, or was refused: nobody needs their source any more. */
  doneWith(batchId: BatchId): Promise<ReadonlySet<FileId>>
  /** Which files of a batch have the same bytes as a file of another batch that was kept. */
  twins(batchId: BatchId): Promise<ReadonlySet<FileId>>
  change(id: FileId, change: Change<BatchFile>): Promise<void>
}

export interface PageRecords {
  /** Adds pages; those already there are left alone. */
  insert(pages: readonly Page[]): Promise<void>
  find(id: PageId): Promise<Page | undefined>
  ofBatch(batchId: BatchId): Promise<Page[]>
  ofFile(fileId: FileId): Promise<Page[]>
  /** Pages of a document in order, its cover sheet last (position null). */
  ofDocument(documentId: DocumentId): Promise<Page[]>
  /** How many pages of which file are in which document. */
  tally(batchId: BatchId): Promise<PageTally[]>
  change(ids: readonly PageId[], change: Omit<Change<Page>, 'fileId'>): Promise<void>
  /** Says of many pages at once which document they belong to, and their places in it. */
  assign(pages: readonly Pick<Page, 'id' | 'documentId' | 'position'>[]): Promise<void>
}

export interface DocumentRecords {
  insert(documents: readonly Document[]): Promise<void>
  find(id: DocumentId): Promise<Document | undefined>
  lock(id: DocumentId): Promise<Document | undefined>
  ofBatch(batchId: BatchId): Promise<Document[]>
  /** Locks every document of the batch, in the order in which everyone locks documents. */
  lockBatch(batchId: BatchId): Promise<Document[]>
  /** Locks every document of the patient, in that order too. */
  lockPatient(patientId: PatientId): Promise<Document[]>
  /** Is there a document of the batch that has not come to its final state? */
  anyUnfinished(batchId: BatchId): Promise<boolean>
  change(ids: DocumentId | readonly DocumentId[], change: Change<Document>): Promise<void>
}

export interface DepositRecords {
  /** Writes what sealing made; a deposit already there is left alone once it was deposited. */
  put(deposits: readonly Deposit[]): Promise<void>
  ofDocument(documentId: DocumentId): Promise<Deposit[]>
  /** Of every document of the batch, the latest version of each part. */
  latestOfBatch(batchId: BatchId): Promise<Deposit[]>
  /** Is anything of the batch sealed? */
  anyOfBatch(batchId: BatchId): Promise<boolean>
  change(
    documentId: DocumentId,
    part: Deposit['part'],
    version: number,
    change: Partial<Deposit>,
  ): Promise<void>
}

export interface AttestationRecords {
  /** To be written once the closing has its place in the ledger. */
  order(batchId: BatchId, figures: DepositFigures): Promise<void>
  find(batchId: BatchId): Promise<Attestation | undefined>
  /** Makes whoever else works on it wait. */
  lock(batchId: BatchId): Promise<Attestation | undefined>
  change(
    batchId: BatchId,
    change: Partial<Omit<Attestation, 'batchId' | 'figures' | 'closedAt'>>,
  ): Promise<void>
}

export interface ConsentRecords {
  policy(): Promise<ConsentPolicy>
  /** The decision in force; none is recorded until this transaction has ended. */
  current(patientId: PatientId, purpose: ConsentPurpose): Promise<ConsentDecision | undefined>
  /** Was the very same decision recorded before? */
  isRecorded(patientId: PatientId, decision: ConsentDecision): Promise<boolean>
  append(patientId: PatientId, decision: ConsentDecision, recordedBy: Actor): Promise<void>
}

/** What is kept wrapped under a master key. */
export type WrappedKind = 'patient' | 'batch'
/** A key as its row has it; `context` is what it is bound to. */
export type KeptKey = { readonly id: string; readonly context: string; readonly key: WrappedKey }

/** Wrapped keys of one organisation. */
export interface KeyRecords {
  /** The first after `after` that are wrapped under another epoch than that, in the order of their rows. */
  notUnder(kind: WrappedKind, epoch: number, limit: number, after?: string): Promise<KeptKey[]>
  /**
   * Puts each key in the place of its former form, unless the row has another by now: destroyed, or wrapped anew. Returns how
   * many took their place. @throws Failure key-epoch-retired
   */
  rewrap(kind: WrappedKind, keys: readonly (KeptKey & { readonly anew: WrappedKey })[]): Promise<number>
}

export type EpochCensus = {
  readonly epoch: number
  readonly madeAt: Date
  readonly escrowedAt: Date | null
  readonly retiredAt: Date | null
  /** How many keys are wrapped under it. */
  readonly wrapped: Readonly<Record<WrappedKind, number>>
}

/** What the database knows of master keys, of all organisations. */
export interface EpochRegister {
  census(): Promise<EpochCensus[]>
  /** Whoever entrusted documents: each learns from the ledger what becomes of the master key. */
  controllers(): Promise<OrganisationId[]>
  made(epoch: number): Promise<void>
  escrowed(epochs: readonly number[], at: Date): Promise<void>
  /** From now on nothing is wrapped under it; who is writing such a key is waited for. @throws Failure key-epoch-in-use */
  retire(epoch: number): Promise<void>
  /** Digest of the index key that the database was filled with, once it was told. */
  indexDigest(): Promise<Buffer | undefined>
  keepIndexDigest(digest: Buffer): Promise<void>
}

export interface OrderRecords {
  /**
   * Asks for a stage, on one subject or on each of many. Asking twice is asking once; `again` asks anew after the first
   * was carried out.
   */
  place(order: {
    batchId: BatchId
    queue: QueueName
    stage: string
    subjectId: string | readonly string[]
    again?: boolean
  }): Promise<void>
  /** Is there an order of these stages that is not carried out yet, the one being settled left aside? */
  anyOpen(batchId: BatchId, stages: readonly string[], except?: string): Promise<boolean>
  cancelAll(batchId: BatchId): Promise<void>
}

/** The runner's half of the orders; stages have no business with it. */
export interface OrderKeeping {
  find(id: OutboxId): Promise<Order | undefined>
  /** The order if it is still to be carried out; whoever else settles it meanwhile waits. */
  lock(id: OutboxId): Promise<Order | undefined>
  finish(id: OutboxId, state: 'done' | 'failed' | 'cancelled', error?: OrderError): Promise<void>
  /** Waits until then; no effect unless this dispatch is the current one. */
  postpone(
    order: Order,
    postponement: { until: Date; error: OrderError; countsAsAttempt: boolean },
  ): Promise<boolean>
  /** Waits again at once, without counting an attempt; no effect unless this dispatch is the current one. */
  giveBack(order: Order): Promise<boolean>
}

/** Why an order failed, and how many tries that were (one, unless workers died with it unheard). */
export type OrderError = { readonly code: FailureCode; readonly facts: Facts; readonly tries?: number }

export type Destruction = {
  readonly batchId: BatchId
  readonly documentId: DocumentId | null
  readonly what: 'staging' | 'staged-pages'
  readonly method: string
  readonly standard: string
  readonly objects: number
  readonly orderedBy: Actor
  readonly reason: string
  readonly destroyedAt: Date
}

/** What gets tokens: a signed head of the ledger by its size, or what was sealed, by documentId/part/version. */
export type TimedSubject = {
  readonly kind: 'checkpoint' | 'sealed-document'
  readonly subject: string
  readonly organisationId: OrganisationId | null
  /** The archive that holds it; a checkpoint is in all of them. */
  readonly storage: string | null
  /** Of the signed note, or of what was sealed. */
  readonly sha256: Buffer
  readonly sha512: Buffer
}

export type TimestampToken = {
  readonly generation: number
  /** DER ContentInfo. */
  readonly token: Buffer
  readonly authority: string
  readonly at: Date
  readonly certificateUntil: Date
  readonly algorithms: readonly AlgorithmName[]
}

/** What the tokens come to. */
export type TimestampTally = {
  /** Subjects with a token, and tokens in all. */
  readonly stamped: Readonly<Record<TimedSubject['kind'], number>>
  readonly waiting: Readonly<Record<TimedSubject['kind'], number>>
  readonly waitingSince: Date | null
  /** Tokens of which the archive has no copy yet. */
  readonly unarchived: number
  /** Youngest tokens by what they rest on. */
  readonly resting: readonly (Pick<TimestampToken, 'authority' | 'certificateUntil' | 'algorithms'> & {
    readonly tokens: number
  })[]
}

/** The tokens as they are kept. They are added to, never changed. */
export interface TimestampStore {
  /** Without a token: the latest heads first, for each covers those before it; then what was sealed, the oldest first. */
  waiting(limit: number): Promise<TimedSubject[]>
  /** Whose youngest token ends before then, or rests on what is not relied upon any more. */
  due(due: RenewalDue, limit: number): Promise<(TimedSubject & { readonly last: TimestampToken })[]>
  /** False, and nothing written, when this generation is there already. */
  keep(subject: TimedSubject, digest: Buffer, token: TimestampToken): Promise<boolean>
  /** Tokens without a copy in the archive, each once. */
  unarchived(): AsyncIterable<TimedSubject & { readonly copy: TimestampToken }>
  markArchived(subject: TimedSubject, generation: number): Promise<void>
  /** Everything that has tokens, with all of them, the oldest first. */
  evidence(): AsyncIterable<TimedSubject & { readonly tokens: readonly TimestampToken[] }>
  tally(): Promise<TimestampTally>
}

/** A signed head of the ledger, with what is needed to append to it. */
export type LedgerHead = {
  readonly size: number
  readonly root: Buffer
  /** C2SP signed note. */
  readonly note: string
  readonly frontier: readonly Buffer[]
  readonly at: Date
}

export type SequencedEntry = {
  readonly seq: number
  /** None when the entry was put back out of the archive and its event is lost. */
  readonly eventId: EventId | null
  readonly entry: Buffer
  readonly leafHash: Buffer
}

/** The root of a full tile of the ledger: of the 256^level entries from index · 256^level on. */
export type LedgerSubtree = { readonly level: number; readonly index: number; readonly hash: Buffer }

/** What a witness signed of a head. */
export type LedgerCosignature = {
  readonly size: number
  /** The key's name and id (hex). */
  readonly witness: string
  readonly keyId: string
  /** The line of the signed note, without its newline. */
  readonly line: string
  /** When the witness says that it signed. */
  readonly at: Date
}

/** What comes back out of the archive. An entry whose event was lost with the database has none. */
export type LedgerRestoration = {
  readonly entries: readonly SequencedEntry[]
  readonly subtrees: readonly LedgerSubtree[]
  readonly checkpoints: readonly LedgerHead[]
}

/** What is put into the ledger at once: entries, the full tiles that they complete, and a signed head over all of it. */
export type LedgerExtension = {
  readonly entries: readonly SequencedEntry[]
  readonly subtrees: readonly LedgerSubtree[]
  readonly checkpoint: LedgerHead
}

/** The ledger as it is kept. One writer at a time. */
export interface LedgerStore {
  /** Takes the events that wait for their place, and writes what `step` makes of them; one transaction, one writer. */
  extend(
    step: (events: readonly RecordedEvent[], head: LedgerHead | undefined) => Promise<LedgerExtension>,
  ): Promise<number>
  /** Every entry in order, with the event that it stands for; one that was put back may have none. */
  entries(): AsyncIterable<SequencedEntry & { readonly event: RecordedEvent | undefined }>
  checkpoints(): Promise<LedgerHead[]>
  /** The latest signed head. */
  head(): Promise<LedgerHead | undefined>
  /** The signed head of exactly this size. */
  headAt(size: number): Promise<LedgerHead | undefined>
  /** The signed heads after one size and not after another, the smallest first. */
  headsBetween(after: number, upTo: number): Promise<LedgerHead[]>
  /** The largest head that every archive has, and, if they are given, that all these witnesses (name and key id) signed. */
  publishedHead(
    cosigners?: readonly Pick<LedgerCosignature, 'witness' | 'keyId'>[],
  ): Promise<LedgerHead | undefined>
  /** The bytes of entries, in their order; fewer where the ledger ends. */
  entriesFrom(seq: number, count: number): Promise<Buffer[]>
  /**
   * The content of tiles (`ledger/tiles.ts`): leaf hashes at level 0, roots of full tiles above. Of a tile from which a
   * hash is missing, what comes before that.
   */
  hashesFrom(
    tiles: readonly { readonly level: number; readonly index: number; readonly width: number }[],
  ): Promise<Buffer[]>
  /** Contents of which what is kept was recorded by no sealing: their digests were changed since. The first thousand. */
  strayDeposits(): Promise<Pick<Deposit, 'documentId' | 'part' | 'version'>[]>
  /** Every root of a full tile that is kept. */
  subtrees(): AsyncIterable<LedgerSubtree>
  /** Keeps what a witness signed; what is there already stays. */
  cosign(cosignature: LedgerCosignature): Promise<void>
  cosignatures(size: number): Promise<LedgerCosignature[]>
  /** Of each witness, the largest head that it signed. */
  latestCosignatures(): Promise<LedgerCosignature[]>
  /** Puts back what a restored database lacks: `step` is told the head, and may be told of events that wait; one writer. */
  putBack(
    step: (head: LedgerHead | undefined, waiting: readonly RecordedEvent[]) => Promise<LedgerRestoration>,
  ): Promise<void>
  /** Events that have no place yet. */
  waiting(): Promise<number>
  unarchived(): Promise<Pick<LedgerHead, 'size' | 'note'>[]>
  markArchived(size: number): Promise<void>
}

/** What proof files are made of. */
export interface LedgerEvidence {
  /**
   * The entries of what happened to one document, batch or patient of an organisation, and to the batches and patients that a
   * document belongs to, in their order. More than belongs into its proof: `about` tells which.
   */
  entriesAbout(
    organisationId: OrganisationId,
    subject: { readonly kind: 'document' | 'batch' | 'patient'; readonly id: string },
  ): Promise<Pick<SequencedEntry, 'seq' | 'entry'>[]>
  /** Timestamp tokens of those that have any, the oldest first. */
  tokensOf(kind: TimedSubject['kind'], subjects: readonly string[]): Promise<ReadonlyMap<string, Buffer[]>>
}
