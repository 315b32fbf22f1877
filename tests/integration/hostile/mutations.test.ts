import { readFile } from 'node:fs/promises'
import { afterAll, describe, expect, test } from 'vitest'
import { bitFlips, truncations } from '../../../fixtures/generator/hostile/mutations.ts'
import { seeds } from '../../../fixtures/generator/hostile/seeds.ts'
import type { FileKind } from '../../../src/domain/file-kind.ts'
import { failures } from '../../../src/domain/failures.ts'
import { limitsOf, type Outcome } from './reading.ts'
import { isLong, row, startWorker, tableOf } from './worker.ts'

const kinds = Object.keys(seeds) as FileKind[]
const limits = limitsOf({ memoryMegabytes: 768, secondsPerPage: 60, secondsPerFile: 120 })
const worker = startWorker()
const rows: string[] = []
const peaks: number[] = []

const batch = (name: string) => new URL(`../../../fixtures/batches/01-tout-va-bien/${name}`, import.meta.url)

/** How often each outcome came. */
async function tally(what: string, files: Iterable<Buffer>): Promise<Map<Outcome, number>> {
  const counts = new Map<Outcome, number>()
  let [highest, seconds, count] = [0, 0, 0]
  for (const file of files) {
    const told = await worker.read(file, limits)
    counts.set(told.outcome, (counts.get(told.outcome) ?? 0) + 1)
    highest = Math.max(highest, told.peak)
    seconds += told.seconds
    count++
  }
  const became = [...counts].map(([outcome, times]) => `${times} × ${said(outcome)}`).sort()
  rows.push(row(`${count} × ${what}`, became.join(', '), highest, seconds))
  peaks.push(highest)
  return counts
}

/** Outcomes that are neither a failure of files nor at most so many pages. */
const unforeseen = (counts: Map<Outcome, number>, mostPages: number): Outcome[] =>
  [...counts.keys()].filter((outcome) =>
    typeof outcome === 'number'
      ? outcome > mostPages
      : !Object.hasOwn(failures, outcome) || !outcome.startsWith('file-'),
  )

describe('a file cut off', () => {
  test.each(kinds)('at any kilobyte (%s) is refused as such', async (kind) => {
    const files = truncations(await seeds[kind](), isLong ? 1024 : 6 * 1024)
    expect(unforeseen(await tally(`${kind}, cut off at every kilobyte`, files), 0)).toEqual([])
  })

  test.runIf(isLong).each(['0001.pdf', '0002.tif', '0003.jpg'])(
    'at any kilobyte (%s of a sample batch) is refused as such',
    async (name) => {
      const files = truncations(await readFile(batch(name)))
      expect(unforeseen(await tally(`${name} of a scanner, cut off at every kilobyte`, files), 0)).toEqual([])
    },
  )
})

describe('a file with some bits turned', () => {
  test.each(kinds)('(%s) ends as a failure with a name, or as pages', async (kind) => {
    const files = bitFlips(await seeds[kind](), kind, isLong ? 250 : 8)
    expect(unforeseen(await tally(`${kind}, one to eight bits turned`, files), 50)).toEqual([])
  })
})

test('the worker is the same process after all of them, and no process that read held more than it may', () => {
  console.log(`worker ${worker.identity} → ${worker.identityNow()}`)
  expect(worker.identityNow()).toBe(worker.identity)
  // A file cut off before its kind is told is opened by no process: of those alone nothing is seen.
  expect(Math.max(...peaks)).toBeGreaterThan(0)
  expect(Math.max(...peaks)).toBeLessThanOrEqual(limits.memoryMegabytes * 2 ** 20)
})

afterAll(() => {
  worker.stop()
  if (!isLong)
    console.log('a sample: npm run test:hostile cuts at every kilobyte, and turns bits 1,000 times')
  console.log(tableOf(rows))
})

const said = (outcome: Outcome): string =>
  typeof outcome === 'number' ? `${outcome} page${outcome === 1 ? '' : 's'}` : `\`${outcome}\``
