import type { Readable } from 'node:stream'
import type { Contract, Host } from './domain/contract.ts'
import type { Deposit } from './domain/deposit.ts'
import type { Failure } from './domain/failure.ts'
import type { FileKind } from './domain/file-kind.ts'
import type { BatchId, DocumentId, FileId, OrganisationId, PatientId } from './domain/ids.ts'
import type { OwnText, OwnTextWish } from './domain/own-text.ts'
import type { Barcode, MediaType, PageFacts, Recognition, Turn } from './domain/page.ts'
import type { StagedObject } from './domain/staged.ts'
import type { StagingUse } from './domain/staging-room.ts'
import type { DocumentTypes } from './domain/understanding/document-types.ts'

/** Time is passed in, so that tests are deterministic. */
export interface Clock {
  now(): Date
}

/** A key wrapped by the master key of one epoch. Useless without the provider. */
export type WrappedKey = { readonly wrapped: Buffer; readonly epoch: number }

/**
 * Where master keys live: a local file, an HSM, a KMS. `context` is bound as additional data: a key wrapped
 * for one purpose or row never unwraps for another.
 */
export interface KeyProvider {
  /** Under the latest epoch. @throws Failure key-unavailable */
  wrap(key: Buffer, context: string): Promise<WrappedKey>
  /** @throws Failure key-unavailable, key-epoch-unknown, key-mismatch */
  unwrap(key: WrappedKey, context: string): Promise<Buffer>
  /**
   * HKDF-SHA-256 (RFC 5869) of the index key, which does not rotate with epochs: blind indexes, identity columns. 32 bytes.
   * @throws Failure key-unavailable, index-key-missing
   */
  derive(info: string): Promise<Buffer>
}

/** A content that can be read in any order, at most a little of which is held in memory. */
export interface Ranges {
  readonly bytes: number
  /** `length` bytes from there on, fewer where it ends, as `Buffer.subarray` has it. @throws Failure staged-object-damaged, storage-away */
  read(from: number, length: number): Promise<Buffer>
  /** Forgets what it holds; nothing is read after it. */
  close(): Promise<void>
}

export type StoredObject = {
  readonly key: string
  readonly bytes: number
  readonly version?: string
  readonly sha256?: string
  readonly retainUntil?: Date
}

/** An S3-compatible bucket. */
export interface ObjectStore {
  /**
   * Writes an object. With `onlyIfAbsent`, an object already there is left alone and `created` is false.
   * The store checks the SHA-256 when it can. @throws Failure storage-away, storage-refused
   */
  put(
    key: string,
    body: Buffer | Readable,
    options: {
      bytes: number
      sha256: string
      onlyIfAbsent?: boolean
      retainUntil?: Date
      mediaType?: string
    },
  ): Promise<{ created: boolean; version?: string }>
  /**
   * Locks a version at least until then (COMPLIANCE), and returns until when it is locked now, as the store reads it back.
   * A later lock stays as it is. @throws Failure object-missing, storage-away, storage-refused
   */
  extendLock(key: string, version: string | undefined, until: Date): Promise<Date>
  /**
   * Writes what comes, of a length and a digest that are known at its end, holding a bounded part of it. A body that fails
   * leaves nothing, and its failure is thrown. Overwrites; never used on the archive.
   */
  write(key: string, body: Readable): Promise<{ bytes: number; sha256: string }>
  head(key: string): Promise<StoredObject | undefined>
  /** All of it, or `length` bytes from there on. @throws Failure object-missing, storage-away */
  get(key: string, range?: { from: number; length: number }): Promise<Readable>
  /** Every version under the prefix, newest first per key; delete markers included, marked. */
  versions(prefix: string): AsyncIterable<StoredObject & { deleted: boolean }>
  /** Keys of what was begun in parts and neither finished nor given up. */
  unfinished(prefix: string): AsyncIterable<string>
  /** Deletes for good where the store allows it, also what is unfinished (never used on the archive). */
  destroy(prefix: string): Promise<number>
  destroyObjects(keys: readonly string[]): Promise<number>
}

/** Encrypted scratch space of one batch: everything in it dies with the batch key. */
export interface Staging {
  /** Takes the key of a batch that is not recorded yet; forget it once it is. */
  adopt(batchId: BatchId, key: Buffer): void
  /** Forgets the key of a batch at once: it is recorded now, or destroyed. */
  forget(batchId: BatchId): void
  /**
   * Names the object after what it is `of`, if that is said: so that attempts which never ended can be cleared away. Of a
   * stream a bounded part is held; one that fails leaves nothing, and its failure is thrown.
   */
  put(batchId: BatchId, content: Buffer | Readable, of?: DocumentId | FileId): Promise<StagedObject>
  /** A small object's plaintext, once its digest matched. @throws Failure staged-object-damaged, -missing, staging-destroyed */
  read(batchId: BatchId, object: StagedObject): Promise<Buffer>
  /**
   * The plaintext as it comes. It is NOT yet known to be right: the stream fails at its end with staged-object-damaged if it
   * is not, and nothing that was made of it may be kept before that end. @throws as `read`
   */
  stream(batchId: BatchId, object: StagedObject): Promise<Readable>
  /** The plaintext in any order. All of it was found right before this resolves, and what is read later again. @throws as `read` */
  open(batchId: BatchId, object: StagedObject): Promise<Ranges>
  /** Removes single objects (the pages of a refused document). */
  remove(batchId: BatchId, objects: readonly StagedObject[]): Promise<number>
  /** Removes all that was put as `of` a document or a file, but what is still needed. */
  removeAllBut(batchId: BatchId, of: DocumentId | FileId, keep: readonly StagedObject[]): Promise<number>
  /** Removes every object of the batch, also those of attempts that never committed. */
  destroy(batchId: BatchId): Promise<number>
}

/** How much staging holds, and may. */
export interface StagingRoom {
  /** Bytes; undefined: as much as comes. */
  readonly capacity: number | undefined
  use(organisationId?: OrganisationId): Promise<StagingUse>
}

export type PageImage = {
  readonly number: number
  readonly image: Buffer
  readonly mediaType: MediaType
  readonly dpi: number
  readonly width: number
  readonly height: number
  /** The words that the file itself carries for this page. */
  readonly ownText?: OwnText | undefined
} & Pick<PageFacts, 'dpiIsAssumed' | 'scannedDpi'>
export type { FileKind }

/** Cuts a scanner's file into page images, one per side, without changing a pixel where it can. */
export interface FileSplitter {
  /** @throws Failure file-unreadable, file-truncated, file-encrypted, file-too-large, file-too-costly */
  split(file: Ranges, kind: FileKind, signal: AbortSignal): AsyncIterable<PageImage>
}

export interface PageExaminer {
  /**
   * Decodes the page once. `view` is a portable greymap (PGM, P5) of it, about 150 dpi, from which barcodes can be read; there
   * is none where nothing on the page looks like a barcode.
   */
  examine(image: Buffer, mediaType: MediaType, dpi: number): Promise<{ facts: PageFacts; view?: Buffer }>
}

export interface Thumbnailer {
  /** A page as a list shows it, upright: WebP, at most 256 pixels high. Undefined where it cannot be made. */
  thumbnail(image: Buffer, options: { turn: Turn }): Promise<Buffer | undefined>
}

export interface BarcodeReader {
  /** Of a page, or of an examiner's view of it, in reading order; a cheap view first, the full search only when `thorough`. */
  read(image: Buffer, options?: { thorough?: boolean }): Promise<Barcode[]>
}

export interface Recogniser {
  /**
   * Reads one page; the turn and the skew are those that examination saw. Where it was not sure which way is up, that is
   * settled by reading. @throws Failure recognition-failed
   */
  recognise(
    image: Buffer,
    options: {
      turn: Turn
      turnIsSure?: boolean
      dpi: number
      skew?: number
      xHeight?: number | undefined
      languages: readonly string[]
    },
    signal: AbortSignal,
  ): Promise<Recognition>
  close(): Promise<void>
}

export type PdfPage = {
  readonly image: Buffer
  readonly mediaType: MediaType
  readonly dpi: number
  readonly recognition?: Recognition
  /** Title of the part of the document that begins with this page; it carries nothing of the patient. */
  readonly part?: string
}

export interface PdfAssembler {
  /**
   * A searchable PDF as it is written; the title and page labels carry nothing of the patient. Deterministic for the same
   * input. The stream fails with assembly-failed where a page cannot be taken in.
   */
  assemble(
    pages: AsyncIterable<PdfPage>,
    meta: { title: string; language: string; createdAt: Date; documentId: DocumentId },
  ): Promise<Readable>
}

/** One content to be packed, whose size is known before it comes. */
export type PackedEntry = {
  readonly name: string
  readonly bytes: number
  readonly content: () => Promise<Readable>
}

/**
 * Packs named contents into one file whose bytes depend on nothing else, compressed where that is asked for. The stream fails
 * where a content does.
 */
export type PagePacker = (
  entries: AsyncIterable<PackedEntry>,
  options?: { readonly isCompressed?: boolean },
) => Readable

/** A packed content, whole. */
export type UnpackedEntry = { readonly name: string; readonly content: Buffer }

/** Gives what was packed and compressed, entry by entry; fails where the stream does, at its end too. */
export type PageUnpacker = (packed: Readable) => AsyncIterable<UnpackedEntry>

/** A content being sealed. */
export type Sealing = {
  /** The object as it will be stored; fails where the content does. */
  readonly sealed: Readable
  readonly keyId: string
  /** What went in: known once `sealed` was read to its end. */
  content(): { readonly sha256: string; readonly sha512: string; readonly bytes: number }
}

/** Seals and opens documents under their patient's key (CMS AuthEnvelopedData). @throws Failure key-destroyed */
export interface Sealer {
  seal(patientId: PatientId, documentId: DocumentId, content: Readable): Promise<Sealing>
  /**
   * What comes out is NOT yet authentic: the stream fails at its end with envelope-not-authentic if it is not, and nothing
   * that was made of it may be kept before that end.
   */
  open(patientId: PatientId, documentId: DocumentId, sealed: Readable): Promise<Readable>
  /** The one key that opens this document and no other; for a release that is recorded. */
  release(patientId: PatientId, documentId: DocumentId): Promise<{ key: Buffer; keyId: string }>
}

/** Who may hand over what, and where it is kept. */
export interface Registry {
  /** The latest version of the contract with this reference, and its host. */
  contract(reference: string): Promise<{ contract: Contract; host: Host } | undefined>
}

/** A dropped folder, as its reader found it. */
export type Drop = { readonly manifest: string; readonly files: readonly DroppedFile[] }
export type DroppedFile = {
  readonly name: string
  /** Bytes, as it stands now; 0 if it is gone. */
  size(): Promise<number>
  /** As it comes; fails at its end with batch-changed-while-read if it grew, or was replaced, under our eyes. */
  read(): Promise<Readable>
}

/** A folder taken out of the hot folder, under the id of the batch that it becomes. */
export type Claim = { readonly batchId: BatchId; readonly name: string }

/** What is said beside a folder that is given back: for people, and for programs. */
export type Answer = { readonly text: string; readonly facts: object }

/** The folder into which scanners drop batches; a network share, perhaps. */
export interface HotFolder {
  /**
   * Takes, by atomic rename, each dropped folder that is whole: marked `.done`, or quiet for long enough. `report` hears why
   * one could not be taken, which stays where it is.
   */
  claim(newBatchId: () => BatchId, report?: (failure: Failure) => void): Promise<Claim[]>
  /** What is claimed and not let go of, also from before this process. */
  claimed(): Promise<Claim[]>
  /** @throws Failure manifest-missing, batch-entry-not-a-file, file-name-not-utf8, batch-changed-while-read */
  read(claim: Claim): Promise<Drop>
  /** The files that the folder holds now, the manifest left aside. */
  files(claim: Claim): Promise<DroppedFile[]>
  /** Puts a folder back as it was: it was not whole after all. */
  putBack(claim: Claim): Promise<void>
  /** Gives the folder back beside an answer, without the files that are `done` with. May be cut off and done again. */
  giveBack(
    claim: Claim,
    kind: 'refused' | 'returned',
    answer: Answer,
    done?: readonly string[],
  ): Promise<void>
  /**
   * Removes the files that are `done` with, and the folder, unless it holds anything else: then it stays claimed, and the
   * answer is false.
   */
  release(claim: Claim, done: readonly string[]): Promise<boolean>
}

/** Which patient is it? Equality over keyed blind indexes; identities never leave it in clear but to who asked. */
export interface PatientDirectory {
  byFileNumber(organisationId: OrganisationId, fileNumber: string): Promise<PatientId | undefined>
  byMatricule(organisationId: OrganisationId, matricule: string): Promise<PatientId | undefined>
  identity(organisationId: OrganisationId, patientId: PatientId): Promise<Identity | undefined>
}

export type Identity = {
  readonly fileNumber: string
  readonly matricule?: string
  readonly birthName: string
  readonly givenNames: string
  readonly birthDate: string
  readonly sex?: 'F' | 'M'
  readonly birthplace?: string
}

/** Everything a stage may ask for; a stage names what it needs and gets no more. */
export type Ports = {
  readonly clock: Clock
  readonly staging: Staging
  readonly splitter: FileSplitter
  readonly examiner: PageExaminer
  readonly barcodes: BarcodeReader
  readonly recogniser: Recogniser
  readonly thumbnailer: Thumbnailer
  readonly assembler: PdfAssembler
  readonly packer: PagePacker
  readonly sealer: Sealer
  readonly patients: PatientDirectory
  readonly archives: Archives
  readonly rules: HouseRules
}

/** What the controller or the law decided, as the stages need it. */
export type HouseRules = {
  /** Test and demonstration identities are refused. */
  readonly production: boolean
  /** Languages to recognise, as three-letter codes. */
  readonly languages: readonly string[]
  /** What becomes of words that pages of a PDF carry; kept where nothing is said. */
  readonly ownText?: OwnTextWish
  /** Object Lock COMPLIANCE is renewed in steps of so many days; 0 leaves objects unlocked. */
  readonly lockDays: number
  /** The kinds of papers that are told apart, and the words that tell them. */
  readonly documentTypes: DocumentTypes
}

/** One storage that is tried with objects of its own. Every call throws Failure storage-away or storage-refused. */
export interface StorageTrial {
  /** What the clock of the storage said, if it told, and ours at that moment. */
  time(): Promise<{ theirs: Date | undefined; ours: Date }>
  keepsVersions(): Promise<boolean>
  /** Whether the bucket says that it keeps locks. */
  keepsLocks(): Promise<boolean>
  /** Returns the version. `damaged`: with a checksum, or a signed digest, that is not the body's. */
  put(
    key: string,
    body: Buffer,
    options?: {
      retainUntil?: Date
      legalHold?: boolean
      onlyIfAbsent?: boolean
      damaged?: 'checksum' | 'body'
    },
  ): Promise<string | undefined>
  putInParts(key: string, body: Buffer, retainUntil?: Date): Promise<string | undefined>
  /** Both ends included. */
  read(key: string, range?: { from: number; to: number }): Promise<Buffer>
  find(key: string, version?: string): Promise<{ retainUntil: Date | undefined } | undefined>
  retain(key: string, version: string | undefined, until: Date): Promise<void>
  hold(key: string, version: string | undefined, status: 'ON' | 'OFF'): Promise<void>
  erase(key: string, version: string | undefined): Promise<void>
  versions(prefix: string): AsyncIterable<{ key: string; version?: string }>
  close(): void
}

/** Does the work of one key while no other process of the house does work of that key. @throws Failure database-away */
export type OneAtATime = <Result>(key: string, work: () => Promise<Result>) => Promise<Result>

/** The archive bucket of each host. */
export interface Archives {
  /** @throws Failure configuration-invalid */
  of(storage: string): ObjectStore
}

/** A sealed object in the archive whose lock has an end. */
export type LockedDeposit = Pick<
  Deposit,
  'documentId' | 'part' | 'version' | 'hostId' | 'objectKey' | 'objectVersion' | 'sealedSha256'
> & {
  readonly organisationId: OrganisationId
  readonly batchId: BatchId
  readonly storage: string
  readonly retainUntil: Date
}

export interface LockedDeposits {
  /** Of all organisations, those whose lock ends before then, the nearest end first; each once. */
  endingBefore(moment: Date): AsyncIterable<LockedDeposit>
}
