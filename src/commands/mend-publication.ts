import { Failure } from '../domain/failure.ts'
import { checkTiles } from '../ledger/check-tiles.ts'
import { type NoteVerifier, verifierOf } from '../ledger/note.ts'
import { parseTilePath, type Tile } from '../ledger/tiles.ts'
import { verifyLedger } from '../ledger/verify.ts'
import type { ObjectStore } from '../ports.ts'
import type { LedgerHead, LedgerStore } from '../records.ts'
import { contentOf, publishedCheckpointKey, publishedHead } from './guard-ledger.ts'
import { fileOfLedger, overwrite, putCheckpoint, tileKey } from './publish-ledger.ts'
import { copiedHeads, type LedgerInArchives, readable } from './published-heads.ts'

/** What is wrong in one archive and can be written again. */
type Damage = {
  readonly name: string
  readonly archive: ObjectStore
  readonly tiles: readonly Tile[]
  /** The head to show in place of one that cannot be read. */
  readonly head?: LedgerHead
}

/**
 * Writes published files again that are missing or damaged, out of a database that was derived again from its first entry
 * and leads to all its signed heads. Returns where.
 * @throws Failure ledger-not-consistent, storage-away
 */
export async function mendPublication({ ledger, signer, archives }: LedgerInArchives): Promise<string[]> {
  const verifiers = [verifierOf(signer)]
  const damages: Damage[] = []
  for (const [name, archive] of Object.entries(archives))
    damages.push(await damageIn(name, archive, ledger, verifiers))
  if (damages.every(({ tiles, head }) => tiles.length === 0 && !head)) return []
  await mustDerive(ledger, verifiers)
  const written: string[] = []
  for (const { name, archive, tiles, head } of damages) {
    for (const tile of tiles) {
      await overwrite(archive, tileKey(tile), await fileOfLedger(tile, ledger), 'application/octet-stream')
      written.push(`${name}/${tileKey(tile)}`)
    }
    if (!head) continue
    await putCheckpoint(archive, head, ledger)
    written.push(`${name}/${publishedCheckpointKey}`)
  }
  return written
}

async function damageIn(
  name: string,
  archive: ObjectStore,
  ledger: LedgerStore,
  verifiers: readonly NoteVerifier[],
): Promise<Damage> {
  const opened = await readable(() => publishedHead(archive, verifiers))
  const lost = typeof opened === 'string' ? await lastCopied(archive, ledger, verifiers) : undefined
  const head = typeof opened === 'string' ? lost : opened
  const tiles: Tile[] = []
  if (head)
    for await (const finding of checkTiles(head, (tile) => contentOf(archive, tileKey(tile)))) {
      const tile = 'path' in finding ? parseTilePath(finding.path) : undefined
      if (tile) tiles.push(tile)
    }
  return { name, archive, tiles, ...(lost && { head: lost }) }
}

/** The largest head that is copied in the archive, if it is one of ours. @throws Failure ledger-contradicts-published */
async function lastCopied(
  archive: ObjectStore,
  ledger: LedgerStore,
  verifiers: readonly NoteVerifier[],
): Promise<LedgerHead | undefined> {
  const copies = await copiedHeads(archive, verifiers)
  const last = [...copies.values()].reduce<{ size: number; root: Buffer } | undefined>(
    (largest, one) => (largest && largest.size >= one.size ? largest : one),
    undefined,
  )
  if (!last) return undefined
  const own = await ledger.headAt(last.size)
  if (!own?.root.equals(last.root))
    throw new Failure('ledger-contradicts-published', { size: last.size, place: publishedCheckpointKey })
  return own
}

async function mustDerive(ledger: LedgerStore, verifiers: readonly NoteVerifier[]): Promise<void> {
  const checkpoints = (await ledger.checkpoints()).map(({ size, note }) => ({ place: `${size}`, note }))
  const { findings, covered } = await verifyLedger({
    ...{ entries: ledger.entries(), subtrees: ledger.subtrees(), checkpoints, verifiers, limit: 1 },
  })
  if (findings.length > 0) throw new Failure('ledger-not-consistent', { seq: covered })
}
