import { Failure } from '../domain/failure.ts'
import { type Checkpoint, openCheckpoint } from '../ledger/checkpoint.ts'
import type { NoteVerifier } from '../ledger/note.ts'
import type { LedgerSigner } from '../evidence-ports.ts'
import type { ObjectStore } from '../ports.ts'
import type { LedgerStore } from '../records.ts'
import { contentOf } from './guard-ledger.ts'
import { checkpointPrefix } from './publish-ledger.ts'

export type LedgerInArchives = {
  readonly ledger: LedgerStore
  readonly signer: Pick<LedgerSigner, 'name' | 'publicKey'>
  readonly archives: Readonly<Record<string, ObjectStore>>
}

/** A head, and the note that it was read from. */
export type NotedHead = Checkpoint & { readonly note: string }

/** The reason, where it is the checkpoint that is at fault. */
export async function readable<Result>(read: () => Promise<Result>): Promise<Result | string> {
  try {
    return await read()
  } catch (error) {
    if (error instanceof Failure && error.code === 'checkpoint-invalid') return String(error.facts.reason)
    throw error
  }
}

/** The heads that are copied beside the tiles, by size. */
export async function copiedHeads(
  archive: ObjectStore,
  verifiers: readonly NoteVerifier[],
): Promise<ReadonlyMap<number, NotedHead>> {
  const heads = new Map<number, NotedHead>()
  for await (const { key, deleted } of archive.versions(checkpointPrefix)) {
    const note = deleted ? undefined : await contentOf(archive, key)
    if (!note) continue
    const head = openCheckpoint(note, verifiers)
    heads.set(head.size, { ...head, note: note.toString() })
  }
  return heads
}
