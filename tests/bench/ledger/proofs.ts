import { tilesOfLedger } from '../../../src/commands/publish-ledger.ts'
import { verifyConsistency, verifyInclusion } from '../../../src/ledger/proofs.ts'
import { consistencyFromTiles, inclusionFromTiles } from '../../../src/ledger/tile-tree.ts'
import { leafHash } from '../../../src/ledger/tree.ts'
import type { BenchLedger } from './house.ts'
import type { Figures, Spread } from './report.ts'

/** Reading, proving and checking, each on its own: nothing is kept from one proof to the next. */
export async function measureProofs(
  { ledger }: BenchLedger,
  count: number,
  say: (line: string) => void,
): Promise<Pick<Figures, 'inclusionMs' | 'consistencyMs'>> {
  const { size, root } = (await ledger.head())!
  const read = tilesOfLedger(ledger)
  const inclusion = await times(spreadOver(size, count), async (index) => {
    const [entry] = await ledger.entriesFrom(index, 1)
    const proof = await inclusionFromTiles(index, size, read)
    verifyInclusion({ index, size, leafHash: leafHash(entry!), root, proof })
  })
  say(`${count} entries proven`)
  const heads = await ledger.headsBetween(0, size)
  const consistency = await times(spreadOver(heads.length, count), async (at) => {
    const old = heads[at]!
    const proof = await consistencyFromTiles(old.size, size, read)
    verifyConsistency({ first: old.size, firstRoot: old.root, second: size, secondRoot: root, proof })
  })
  say(`${count} times proven that the ledger only grew`)
  return { inclusionMs: spread(inclusion), consistencyMs: spread(consistency) }
}

const spreadOver = (size: number, count: number): number[] =>
  Array.from({ length: count }, (_, at) => Math.floor((at / count) * size))

async function times(places: readonly number[], prove: (place: number) => Promise<void>): Promise<number[]> {
  const taken: number[] = []
  for (const place of places) {
    const start = performance.now()
    await prove(place)
    taken.push(performance.now() - start)
  }
  return taken
}

function spread(taken: readonly number[]): Spread {
  const sorted = taken.toSorted((one, other) => one - other)
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!
  return { median: at(0.5), p95: at(0.95) }
}
