import { sql } from 'kysely'
import { verifyLedger } from '../../../src/commands/verify-ledger.ts'
import { append, emptyFrontier, type Frontier, leafHash, rootOfFrontier } from '../../../src/ledger/tree.ts'
import { comesTrue, patiently } from './patience.ts'
import type { Site } from './site.ts'

/** What was derived of the ledger so far; each trial adds its own entries. */
export type LedgerSoFar = { frontier: Frontier }
export const newLedger = (): LedgerSoFar => ({ frontier: emptyFrontier() })

/** Derives the tree over the new entries, and compares it with the newest signed head. */
export async function extendsRightly({ house, owner }: Site, soFar: LedgerSoFar): Promise<string[]> {
  const isAtRest = async () =>
    (await house.ledger().waiting()) === 0 && (await house.ledger().unarchived()).length === 0
  if (!(await comesTrue(isAtRest, 60))) return ['events wait to enter the ledger, or heads to be archived']
  const { rows } = await patiently(() =>
    sql<{ seq: number; entry: Buffer; leaf_hash: Buffer }>`
      select seq, entry, leaf_hash from ledger_entries where seq >= ${soFar.frontier.size} order by seq`.execute(
      owner,
    ),
  )
  for (const { seq, entry, leaf_hash } of rows) {
    const leaf = leafHash(entry)
    if (seq !== soFar.frontier.size || !leaf.equals(leaf_hash)) return [`entry ${seq} is not what it was`]
    soFar.frontier = append(soFar.frontier, leaf)
  }
  const { rows: heads } = await patiently(() =>
    sql<{ size: number; root: Buffer }>`
      select size, root from ledger_checkpoints order by size desc limit 1`.execute(owner),
  )
  const isSame =
    heads[0]?.size === soFar.frontier.size && heads[0].root.equals(rootOfFrontier(soFar.frontier))
  return isSame ? [] : ['the signed head is not that of the entries']
}

/** The whole of it, signatures and copies in the archive too, as `scelle ledger verify` does. */
export async function verifiesWhole({ house }: Site): Promise<string[]> {
  const report = await patiently(() => verifyLedger(house.ledger(), house.signer(), house.archiveBuckets()))
  const { findings, covered, size } = report
  return [
    ...findings.map((finding) => `ledger: ${finding.kind}`),
    ...(covered === size ? [] : [`ledger: ${covered} of ${size} entries are covered`]),
  ]
}
