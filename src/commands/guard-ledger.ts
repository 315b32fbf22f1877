import { buffer } from 'node:stream/consumers'
import { Failure } from '../domain/failure.ts'
import { type Checkpoint, openCheckpoint } from '../ledger/checkpoint.ts'
import { type NoteVerifier, verifierOf } from '../ledger/note.ts'
import { checkpointPath } from '../ledger/tiles.ts'
import type { LedgerSigner } from '../evidence-ports.ts'
import type { ObjectStore } from '../ports.ts'
import type { LedgerHead, LedgerStore } from '../records.ts'

/** Everything that is published of the ledger is under this, in every archive. */
export const ledgerPrefix = 'ledger/'
export const publishedCheckpointKey = `${ledgerPrefix}${checkpointPath}`

/** A head that was signed, as far as somebody outside the database knows. */
export type KnownHead = { readonly place: string; readonly size: number; readonly root?: Buffer }

/**
 * Keeps two heads that disagree from being signed: before anything is appended, the database must lead to every head that
 * was given out. A database that was restored from an older state does not.
 */
export type LedgerGuard = {
  /**
   * Asks every archive for its head, and the database whether it leads there. An archive that does not answer is passed
   * over if it answered once since this guard exists; nothing is appended before that.
   * @throws Failure ledger-older-than-published, ledger-contradicts-published, checkpoint-invalid, storage-away
   */
  look(): Promise<void>
  /** Compares the head from which is gone on. @throws Failure ledger-older-than-published */
  compare(head: Pick<LedgerHead, 'size' | 'root'> | undefined): void
  /** A head that was just signed, or that a witness has. */
  remember(head: Pick<LedgerHead, 'size' | 'root'> | KnownHead): void
}

type Guarded = {
  readonly ledger: Pick<LedgerStore, 'head' | 'headAt'>
  readonly signer: Pick<LedgerSigner, 'name' | 'publicKey'>
  readonly archives: Readonly<Record<string, ObjectStore>>
}

export function guardLedger({ ledger, signer, archives }: Guarded): LedgerGuard {
  const known = new Map<string, KnownHead>()
  const heard = new Set<string>()
  const verifiers = [verifierOf(signer)]

  async function listen(name: string, archive: ObjectStore): Promise<void> {
    try {
      const head = await publishedHead(archive, verifiers)
      if (head) known.set(`archive/${name}`, { ...head, place: `${name}/${publishedCheckpointKey}` })
      heard.add(name)
    } catch (error) {
      const isAway = error instanceof Failure && error.code === 'storage-away'
      if (!isAway || !heard.has(name)) throw error
    }
  }

  return {
    async look() {
      for (const [name, archive] of Object.entries(archives)) await listen(name, archive)
      const head = await ledger.head()
      for (const one of known.values()) await mustLeadTo(one, head, ledger)
    },
    compare(head) {
      for (const one of known.values()) mustReach(one, head)
    },
    remember(head) {
      const one: KnownHead = 'place' in head ? head : { ...head, place: 'memory' }
      known.set(one.place, one)
    },
  }
}

/** The head that an archive shows; undefined when it shows none. @throws Failure checkpoint-invalid, storage-away */
export async function publishedHead(
  archive: ObjectStore,
  verifiers: readonly NoteVerifier[],
): Promise<(Checkpoint & { readonly note: Buffer }) | undefined> {
  const note = await contentOf(archive, publishedCheckpointKey)
  return note && { ...openCheckpoint(note, verifiers), note }
}

/** A small object, undefined when it is not there. @throws Failure storage-away, storage-refused */
export async function contentOf(archive: ObjectStore, key: string): Promise<Buffer | undefined> {
  try {
    return await buffer(await archive.get(key))
  } catch (error) {
    if (error instanceof Failure && error.code === 'object-missing') return undefined
    throw error
  }
}

function mustReach({ place, size }: KnownHead, head: Pick<LedgerHead, 'size' | 'root'> | undefined): void {
  if ((head?.size ?? 0) < size)
    throw new Failure('ledger-older-than-published', { size: head?.size ?? 0, known: size, place })
}

/** Does the database have this very head among those that it signed? */
export async function mustLeadTo(
  one: KnownHead,
  head: Pick<LedgerHead, 'size' | 'root'> | undefined,
  ledger: Pick<LedgerStore, 'headAt'>,
): Promise<void> {
  mustReach(one, head)
  if (one.size === 0 || !one.root) return
  const own = await ledger.headAt(one.size)
  if (!own?.root.equals(one.root))
    throw new Failure('ledger-contradicts-published', { size: one.size, place: one.place })
}
