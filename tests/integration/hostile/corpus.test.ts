import { readFile } from 'node:fs/promises'
import { afterAll, describe, expect, test } from 'vitest'
import { corpus } from '../../../fixtures/generator/hostile/corpus.ts'
import { limitsOf } from './reading.ts'
import { isLong, row, startWorker, tableOf } from './worker.ts'

const patient = limitsOf({ memoryMegabytes: 768, secondsPerPage: 60, secondsPerFile: 120 })
const hasty = { ...patient, secondsPerPage: 4 }
const worker = startWorker()
const rows: string[] = []
const peaks: number[] = []
const kept = new URL('../../../fixtures/hostile/', import.meta.url)

const chosen = corpus.filter(({ isLarge, isSlow }) => isLong || !(isLarge || isSlow))

describe('a hostile file ends as a failure with a name, or as good pages', () => {
  test.each(chosen.map((file) => [file.name, file.about, file] as const))(
    '%s: %s',
    async (_, about, file) => {
      const bytes = file.isLarge ? await file.make() : await readFile(new URL(file.name, kept))
      const { outcome, peak, seconds } = await worker.read(bytes, file.isSlow ? hasty : patient, isLong)
      rows.push(row(`\`${file.name}\`: ${about}`, said(outcome), peak, seconds))
      peaks.push(peak)
      expect(outcome).toBe(file.outcome)
    },
  )
})

test('the worker is the same process after all of them, and no process that read held more than it may', () => {
  console.log(`worker ${worker.identity} → ${worker.identityNow()}`)
  console.log(`peak ${Math.round(Math.max(...peaks) / 2 ** 20)} MB of ${patient.memoryMegabytes} MB`)
  expect(worker.identityNow()).toBe(worker.identity)
  expect(peaks).toHaveLength(chosen.length)
  expect(Math.min(...peaks)).toBeGreaterThan(0)
  expect(Math.max(...peaks)).toBeLessThanOrEqual(patient.memoryMegabytes * 2 ** 20)
})

afterAll(() => {
  worker.stop()
  const left = corpus.length - chosen.length
  if (left > 0) console.log(`${left} large or slow files are left to npm run test:hostile`)
  console.log(tableOf(rows))
})

const said = (outcome: string | number): string =>
  typeof outcome === 'number' ? `${outcome} page${outcome === 1 ? '' : 's'}` : `\`${outcome}\``
