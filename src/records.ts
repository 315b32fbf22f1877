import type { Batch, BatchFile } from './domain/batch.ts'
import type { ConsentDecision, ConsentPolicy, ConsentPurpose } from './domain/consent.ts'
import type { Actor, CustodyEvent, RecordedEvent } from './domain/custody.ts'
import type { Deposit } from './domain/deposit.ts'
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
  /** Is anything of the batch sealed? */
  anyOfBatch(batchId: BatchId): Promise<boolean>
  change(
    documentId: DocumentId,
    part: Deposit['part'],
    version: number,
    change: Partial<Deposit>,
  ): Promise<void>
}

export interface ConsentRecords {
  policy(): Promise<ConsentPolicy>
  /** The decision that stands; none is recorded until this transaction has ended. */
  current(patientId: PatientId, purpose: ConsentPurpose): Promise<ConsentDecision | undefined>
  append(patientId: PatientId, decision: ConsentDecision, recordedBy: Actor): Promise<void>
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
  readonly eventId: EventId
  readonly entry: Buffer
  readonly leafHash: Buffer
}

/** The ledger as it is kept. One writer at a time. */
export interface LedgerStore {
  /** Takes the events that wait for their place, and writes what `step` makes of them; one transaction, one writer. */
  extend(
    step: (
      events: readonly RecordedEvent[],
      head: LedgerHead | undefined,
    ) => Promise<{ entries: readonly SequencedEntry[]; checkpoint: LedgerHead }>,
  ): Promise<number>
  /** Every entry in order, with the event that it stands for. */
  entries(): AsyncIterable<SequencedEntry & { readonly event: RecordedEvent }>
  checkpoints(): Promise<LedgerHead[]>
  /** Events that have no place yet. */
  waiting(): Promise<number>
  unarchived(): Promise<Pick<LedgerHead, 'size' | 'note'>[]>
  markArchived(size: number): Promise<void>
}
