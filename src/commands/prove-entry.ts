import { Failure } from '../domain/failure.ts'
import { openCheckpoint } from '../ledger/checkpoint.ts'
import type { Cosigner } from '../ledger/cosignature.ts'
import { type NoteVerifier, verifierOf } from '../ledger/note.ts'
import { entriesOf, inclusionFromTiles, oneByOne } from '../ledger/tile-tree.ts'
import { tileAt, tileWidth } from '../ledger/tiles.ts'
import { formatProof, parseProof, verifyProof } from '../ledger/tlog-proof.ts'
import { leafHash } from '../ledger/tree.ts'
import type { LedgerSigner } from '../evidence-ports.ts'
import type { LedgerStore } from '../records.ts'
import { tilesOfLedger } from './publish-ledger.ts'
import type { PublishedLog } from './witness-head.ts'

export type EntryProof = {
  readonly seq: number
  /** c2sp.org/tlog-proof@v1 */
  readonly proof: string
  /** The bytes of the entry, exactly those that were hashed. */
  readonly entry: Buffer
  /** Entries under the head that the proof leads to. */
  readonly size: number
}

/**
 * Proves that an entry is under the latest head that is published and that every required witness has signed. Out of the
 * database; verified before it is given out.
 * @throws Failure not-found, entry-not-published, ledger-not-consistent, proof-invalid
 */
export async function proveEntry(
  seq: number,
  {
    ledger,
    signer,
    required = [],
  }: {
    readonly ledger: Pick<
      LedgerStore,
      'publishedHead' | 'head' | 'cosignatures' | 'entriesFrom' | 'hashesFrom'
    >
    readonly signer: Pick<LedgerSigner, 'name' | 'publicKey'>
    readonly required?: readonly Cosigner[]
  },
): Promise<EntryProof> {
  const [entry] = await ledger.entriesFrom(seq, 1)
  if (!entry) throw new Failure('not-found', { kind: 'ledger-entry' })
  const head = await ledger.publishedHead(
    required.map(({ name, keyId }) => ({ witness: name, keyId: keyId.toString('hex') })),
  )
  if (!head || seq >= head.size) throw new Failure('entry-not-published', { seq, size: head?.size ?? 0 })
  const lines = (await ledger.cosignatures(head.size)).map(({ line }) => `${line}\n`)
  const hashes = await inclusionFromTiles(seq, head.size, tilesOfLedger(ledger))
  const proof = formatProof({ index: seq, hashes, checkpoint: head.note + lines.join('') })
  verifyProof(parseProof(proof), leafHash(entry), [verifierOf(signer)])
  return { seq, proof, entry, size: head.size }
}

/**
 * Proves it out of what is published, without the house.
 * @throws Failure entry-not-published, checkpoint-invalid, proof-invalid, input-unreadable
 */
export async function proveFromPublished(
  seq: number,
  log: PublishedLog,
  verifiers: readonly NoteVerifier[],
): Promise<EntryProof> {
  const checkpoint = (await log.checkpoint()).toString()
  const { size } = openCheckpoint(checkpoint, verifiers)
  const bundle = tileAt('entries', Math.floor(seq / tileWidth), size)
  if (!bundle || seq >= size) throw new Failure('entry-not-published', { seq, size })
  const entry = entriesOf(bundle, await log.tile(bundle))[seq % tileWidth]!
  const hashes = await inclusionFromTiles(seq, size, oneByOne(log.tile))
  const proof = formatProof({ index: seq, hashes, checkpoint })
  verifyProof(parseProof(proof), leafHash(entry), verifiers)
  return { seq, proof, entry, size }
}
