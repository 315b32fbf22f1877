import { createHash } from 'node:crypto'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { startEmbeddedPostgres } from '../../src/devstack/postgres.ts'
import { verifyConsistency, verifyInclusion } from '../../src/ledger/proofs.ts'
import { consistencyFromTiles, inclusionFromTiles } from '../../src/ledger/tile-tree.ts'
import { emptyFrontier, growFrom, leafHash, rootOfFrontier } from '../../src/ledger/tree.ts'
import { verifyLedger } from '../../src/ledger/verify.ts'
import { tilesOfLedger } from '../../src/commands/publish-ledger.ts'
import { openBenchLedger } from './ledger/house.ts'
import { type Figures, sayFigures } from './ledger/report.ts'

// What the ledger takes: appends inside business transactions, one by one and many at once; proofs; the whole derivation,
// beside plain SHA-256 of the same bytes in the same run. `--entries N` (1,000,000), `--single N` (2,000), `--proofs N`.

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    entries: { type: 'string', default: '1000000' },
    single: { type: 'string', default: '2000' },
    proofs: { type: 'string', default: '200' },
  },
})
const [entries, single, proofs] = [values.entries, values.single, values.proofs].map(Number) as [
  number,
  number,
  number,
]

const seconds = (since: number): number => (performance.now() - since) / 1000
const directory = await mkdtemp(path.join(tmpdir(), 'scelle-bench-ledger-'))
// Durable, as in production: a commit waits for the disk.
const postgres = await startEmbeddedPostgres({ directory, durable: true, temporary: true })
try {
  const house = await openBenchLedger(postgres.url)
  const alone = await appendRate(single, 1)
  const batched = await appendRate(entries - single, 500)
  const figures: Figures = {
    entries,
    appendsPerSecond: { single: alone, batched },
    ...(await proofTimes()),
    ...(await derivation()),
    bytesPerEntry: await house.bytesPerEntry(entries),
  }
  console.log(values.json ? JSON.stringify(figures, null, 2) : sayFigures(figures))
  await house.close()

  /** Events of a business transaction each, and their places in the ledger: until the last is under a signed head. */
  async function appendRate(count: number, inOne: number): Promise<number> {
    const start = performance.now()
    for (let done = 0; done < count; ) {
      // The sequencer comes by now and then, as the clock does.
      const until = Math.min(count, done + 2_000)
      for (; done < until; done += inOne) await house.happen(Math.min(inOne, until - done))
      await house.extend()
    }
    return count / seconds(start)
  }

  async function proofTimes(): Promise<Pick<Figures, 'inclusionMs' | 'consistencyMs'>> {
    const head = (await house.ledger.head())!
    const read = tilesOfLedger(house.ledger)
    const [inclusion, consistency]: [number[], number[]] = [[], []]
    for (let at = 0; at < proofs; at++) {
      const index = Math.floor((at / proofs) * head.size)
      const start = performance.now()
      const [entry] = await house.ledger.entriesFrom(index, 1)
      const proof = await inclusionFromTiles(index, head.size, read)
      verifyInclusion({ index, size: head.size, leafHash: leafHash(entry!), root: head.root, proof })
      inclusion.push(performance.now() - start)
    }
    const heads = (await house.ledger.headsBetween(0, head.size)).filter(
      (_, at, all) => at % Math.ceil(all.length / proofs) === 0,
    )
    for (const old of heads) {
      const start = performance.now()
      const proof = await consistencyFromTiles(old.size, head.size, read)
      verifyConsistency({
        ...{ first: old.size, firstRoot: old.root, second: head.size, secondRoot: head.root },
        proof,
      })
      consistency.push(performance.now() - start)
    }
    return { inclusionMs: spread(inclusion), consistencyMs: spread(consistency) }
  }

  /** Out of memory, so that the database's share is told apart. */
  async function derivation(): Promise<Pick<Figures, 'derivation'>> {
    const rows: { seq: number; entry: Buffer; leafHash: Buffer }[] = []
    let start = performance.now()
    for await (const { seq, entry, leafHash: leaf } of house.ledger.entries())
      rows.push({ seq, entry, leafHash: leaf })
    const readSeconds = seconds(start)

    start = performance.now()
    for (const { entry } of rows) createHash('sha256').update(entry).digest()
    const plainSeconds = seconds(start)

    start = performance.now()
    const whole = createHash('sha256')
    for (const { entry } of rows) whole.update(entry)
    whole.digest()
    const streamSeconds = seconds(start)

    start = performance.now()
    const tree = growFrom(emptyFrontier())
    for (const { entry } of rows) tree.append(leafHash(entry))
    const root = rootOfFrontier(tree.frontier)
    const rootSeconds = seconds(start)

    start = performance.now()
    const { findings, covered } = await verifyLedger({
      ...{ entries: rows, subtrees: house.ledger.subtrees(), verifiers: house.verifiers },
      checkpoints: (await house.ledger.checkpoints()).map(({ size, note }) => ({ place: `${size}`, note })),
    })
    const wholeSeconds = seconds(start)
    if (findings.length > 0 || covered !== rows.length || !root.equals((await house.ledger.head())!.root))
      throw new Error('the ledger does not verify')
    return {
      derivation: {
        ...{ readSeconds, plainSeconds, streamSeconds, rootSeconds, wholeSeconds },
        ratioOfRoot: rootSeconds / plainSeconds,
        ratioOfWhole: wholeSeconds / plainSeconds,
      },
    }
  }
} finally {
  await postgres.stop()
}

function spread(times: readonly number[]): { median: number; p95: number } {
  const sorted = times.toSorted((one, other) => one - other)
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!
  return { median: at(0.5), p95: at(0.95) }
}
