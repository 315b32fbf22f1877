import { readFile } from 'node:fs/promises'
import { afterAll, describe, expect, test } from 'vitest'
import { bitFlips, truncations } from '../../../fixtures/generator/hostile/mutations.ts'
import { seeds } from '../../../fixtures/generator/hostile/seeds.ts'
import type { FileKind } from '../../../src/domain/file-kind.ts'
import { failures } from '../../../src/domain/failures.ts'
import { limitsOf, type Outcome, openReading } from './reading.ts'

// SCELLE_HOSTILE=long: a thousand harmed files of chance, and every truncation of whole scans too.
const isLong = process.env['SCELLE_HOSTILE'] === 'long'
const kinds = Object.keys(seeds) as FileKind[]
const limits = limitsOf({ memoryMegabytes: 768, secondsPerPage: 60, secondsPerFile: 120 })
const reading = openReading(limits)
const pid = process.pid

const batch = (name: string) => new URL(`../../../fixtures/batches/01-tout-va-bien/${name}`, import.meta.url)

/** How often each outcome came. */
async function tally(files: Iterable<Buffer>): Promise<Map<Outcome, number>> {
  const counts = new Map<Outcome, number>()
  for (const file of files) {
    const outcome = await reading.outcomeOf(file)
    counts.set(outcome, (counts.get(outcome) ?? 0) + 1)
  }
  return counts
}

/** Outcomes that are neither a failure of files nor at most so many pages. */
function unforeseen(counts: Map<Outcome, number>, what: string, mostPages: number): Outcome[] {
  console.log(what, Object.fromEntries(counts))
  const isForeseen = (outcome: Outcome): boolean =>
    typeof outcome === 'number'
      ? outcome <= mostPages
      : Object.hasOwn(failures, outcome) && outcome.startsWith('file-')
  return [...counts.keys()].filter((outcome) => !isForeseen(outcome))
}

describe('a file cut off', () => {
  test.each(kinds)('at any kilobyte (%s) is refused as such', async (kind) => {
    const file = await seeds[kind]()
    const counts = await tally(truncations(file, isLong ? 1024 : 4096))
    expect(unforeseen(counts, `truncated ${kind}`, 0)).toEqual([])
  })

  test.runIf(isLong).each(['0001.pdf', '0002.tif', '0003.jpg'])(
    'at any kilobyte (%s of a sample batch) is refused as such',
    async (name) => {
      const counts = await tally(truncations(await readFile(batch(name))))
      expect(unforeseen(counts, `truncated ${name}`, 0)).toEqual([])
    },
    1_800_000,
  )
})

describe('a file with some bits turned', () => {
  test.each(kinds)(
    '(%s) ends as a failure with a name, or as pages',
    async (kind) => {
      const file = await seeds[kind]()
      const counts = await tally(bitFlips(file, kind, isLong ? 250 : 12))
      expect(unforeseen(counts, `flipped ${kind}`, 50)).toEqual([])
    },
    1_800_000,
  )
})

test('all of them were read on behalf of this process, within memory', () => {
  const { peak, started } = reading.confinement.seen
  console.log(`peak ${Math.round(peak / 2 ** 20)} MB of ${limits.memoryMegabytes} MB; ${started} processes`)
  expect(process.pid).toBe(pid)
  expect(peak).toBeLessThanOrEqual(limits.memoryMegabytes * 2 ** 20)
})

afterAll(() => reading.confinement.close())
