import { readFile, readlink, readdir } from 'node:fs/promises'
import { afterAll, describe, expect, test } from 'vitest'
import { corpus } from '../../../fixtures/generator/hostile/corpus.ts'
import { limitsOf, openReading } from './reading.ts'

const patient = limitsOf({ memoryMegabytes: 768, secondsPerPage: 60, secondsPerFile: 120 })
const reading = openReading(patient)
const hasty = openReading(limitsOf({ secondsPerPage: 4 }))
const pid = process.pid
const table: string[] = []

const kept = new URL('../../../fixtures/hostile/', import.meta.url)

describe('a hostile file ends as a failure with a name, or as good pages', () => {
  test.each(corpus.map((file) => [file.name, file.about, file] as const))(
    '%s: %s',
    async (_, about, file) => {
      const bytes = file.isLarge ? await file.make() : await readFile(new URL(file.name, kept))
      const begun = performance.now()
      const outcome = await (file.isSlow ? hasty : reading).outcomeOf(bytes, { thorough: true })
      const seconds = ((performance.now() - begun) / 1000).toFixed(1)
      table.push(`| \`${file.name}\` | ${about} | ${bytes.length} | ${said(outcome)} | ${seconds} |`)
      expect(outcome).toBe(file.outcome)
      expect(process.pid).toBe(pid)
    },
  )
})

test('no process that read them held more memory than it may', () => {
  const limit = patient.memoryMegabytes
  const peaks = [reading, hasty].map(({ confinement }) => Math.round(confinement.seen.peak / 2 ** 20))
  console.log(`peak ${Math.max(...peaks)} MB of ${limit} MB; ${reading.confinement.seen.started} processes`)
  for (const peak of peaks) expect(peak).toBeLessThanOrEqual(limit)
})

test('the process that read them holds no file open', async () => {
  const child = reading.confinement.seen.pids.at(-1)!
  const links = (await readdir(`/proc/${child}/fd`)).map((fd) => readlink(`/proc/${child}/fd/${fd}`))
  const places = await Promise.all(links)
  expect(places.filter((place) => /^\/(?!dev\/null)/.test(place))).toEqual([])
})

afterAll(() => {
  reading.confinement.close()
  hasty.confinement.close()
  console.log(['| file | tries | bytes | became | seconds |', '|---|---|---|---|---|', ...table].join('\n'))
})

const said = (outcome: string | number): string =>
  typeof outcome === 'number' ? `${outcome} page${outcome === 1 ? '' : 's'}` : `\`${outcome}\``
