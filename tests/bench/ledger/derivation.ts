import { createHash, hash } from 'node:crypto'
import { verifyLedger as verifyHouse } from '../../../src/commands/verify-ledger.ts'
import { emptyFrontier, growFrom, leafHash, rootOfFrontier } from '../../../src/ledger/tree.ts'
import { type StoredEntry, verifyLedger } from '../../../src/ledger/verify.ts'
import type { BenchLedger } from './house.ts'
import type { Figures } from './report.ts'

const atOnce = 20_000

/** Processor time of this thread, in seconds: what the database does meanwhile, and other programs, are not in it. */
function cpu(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1e6
}

/**
 * One pass over the whole ledger, some entries after another: each portion is hashed plainly, grown into a tree, and
 * verified, so that whatever the machine does meanwhile hits all of them alike.
 */
export async function measureDerivation(
  { ledger, signer, verifiers }: BenchLedger,
  say: (line: string) => void,
): Promise<Pick<Figures, 'derivation'>> {
  const spent = { oneShot: 0, usual: 0, stream: 0, tree: 0, aside: 0 }
  const measure = (kind: 'oneShot' | 'usual' | 'stream' | 'tree', work: () => void): void => {
    const start = cpu()
    work()
    spent[kind] += cpu() - start
  }
  const whole = createHash('sha256')
  const tree = growFrom(emptyFrontier())
  async function* portions(): AsyncGenerator<StoredEntry> {
    let start = cpu()
    for await (const rows of inPortions(ledger.entries())) {
      measure('oneShot', () => {
        for (const { entry } of rows) Buffer.from(hash('sha256', entry, 'binary'), 'binary')
      })
      measure('usual', () => {
        for (const { entry } of rows) createHash('sha256').update(entry).digest()
      })
      measure('stream', () => {
        for (const { entry } of rows) whole.update(entry)
      })
      measure('tree', () => {
        for (const { entry } of rows) tree.append(leafHash(entry))
      })
      spent.aside += cpu() - start
      yield* rows
      start = cpu()
    }
    spent.aside += cpu() - start
  }
  const checkpoints = (await ledger.checkpoints()).map(({ size, note }) => ({ place: `${size}`, note }))
  const start = cpu()
  const verdict = await verifyLedger({
    ...{ entries: portions(), subtrees: ledger.subtrees(), checkpoints, verifiers },
  })
  const wholeSeconds = cpu() - start - spent.aside
  const { size, root } = (await ledger.head())!
  if (verdict.findings.length > 0 || verdict.covered !== size || !rootOfFrontier(tree.frontier).equals(root))
    throw new Error('the ledger does not verify')
  say(`${size} entries derived again`)

  const commandStart = performance.now()
  const report = await verifyHouse(ledger, signer, {})
  const commandSeconds = (performance.now() - commandStart) / 1000
  if (report.findings.length > 0) throw new Error('the house does not verify')
  return {
    derivation: {
      ...{ plainSeconds: spent.oneShot, usualSeconds: spent.usual, streamSeconds: spent.stream },
      ...{ treeSeconds: spent.tree, wholeSeconds, commandSeconds },
      treeToPlain: spent.tree / spent.oneShot,
      wholeToPlain: wholeSeconds / spent.oneShot,
      treeToUsual: spent.tree / spent.usual,
      wholeToUsual: wholeSeconds / spent.usual,
    },
  }
}

async function* inPortions(entries: AsyncIterable<StoredEntry>): AsyncGenerator<StoredEntry[]> {
  let rows: StoredEntry[] = []
  for await (const { seq, entry, leafHash: leaf } of entries) {
    rows.push({ seq, entry, leafHash: leaf })
    if (rows.length < atOnce) continue
    yield rows
    rows = []
  }
  yield rows
}
