import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { Facts } from './failure.ts'
import type { FailureCode } from './failures.ts'
import type { BatchId, BoxId, ContractId, FileId, OrganisationId } from './ids.ts'
import type { StagedObject } from './staged.ts'

export const BatchState = z.enum(['received', 'registered', 'composed', 'held', 'rejected', 'closed'])
export type BatchState = z.infer<typeof BatchState>

export const Separation = z.enum(['file', 'manifest', 'cover-sheets'])
export type Separation = z.infer<typeof Separation>

/** Faults that a person may answer for: the batch is then taken as it was found. Any other is ours to put right. */
export const answerable: readonly FailureCode[] = [
  'counts-do-not-reconcile',
  'cover-sheet-missing',
  'cover-sheet-foreign',
  'bounds-out-of-file',
]

export type Counts = { readonly folders: number; readonly documents: number; readonly pages: number }

export type Batch = {
  readonly id: BatchId
  readonly organisationId: OrganisationId
  readonly contractId: ContractId
  readonly boxId: BoxId
  readonly fingerprint: string
  readonly state: BatchState
  readonly reason: FailureCode | null
  readonly facts: Facts
  readonly operator: string
  readonly scanner: Readonly<Record<string, unknown>>
  readonly separation: Separation
  readonly expected: Counts
  readonly manifest: StagedObject
  /** Who took responsibility for counts that do not reconcile. */
  readonly releasedBy: string | null
  readonly receivedAt: Date
  readonly closedAt: Date | null
}

export type FileState = 'received' | 'split' | 'rejected' | 'duplicate'

export type BatchFile = {
  readonly id: FileId
  readonly batchId: BatchId
  /** Its place in the batch, from 1, by name. */
  readonly position: number
  readonly sha256: string
  readonly sha512: string
  readonly bytes: number
  readonly kind: 'pdf' | 'tiff' | 'jpeg' | 'png' | null
  readonly expectedPages: number | null
  readonly pages: number | null
  readonly staged: StagedObject
  readonly state: FileState
  readonly reason: FailureCode | null
  readonly facts: Facts
}

/** The same files, whatever their names and order, are the same batch. */
export const fingerprintOf = (fileDigests: readonly string[]): string =>
  createHash('sha256')
    .update([...fileDigests].sort().join('\n'))
    .digest('hex')
