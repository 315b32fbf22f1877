import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hasRedis } from '../redis.ts'
import { whyNoDisks } from './trials/disks.ts'
import { newLedger } from './trials/ledger.ts'
import { scanWorks } from './trials/plaintext.ts'
import { sayTrial } from './trials/report.ts'
import { type Site, startSite } from './trials/site.ts'
import { runTrial } from './trials/trial.ts'

// The short form of `npm run test:faults`: the same trials, few of them, from a seed that stays.

const noDisks = await whyNoDisks(`/tmp/scelle-disk-${process.pid}`)
if (noDisks) console.warn(`Left out: trials with full disks, because ${noDisks}.`)

const queues = ['postgres', ...(hasRedis('trials under faults, on Redis') ? ['redis'] : [])] as const
/** Turns of the kinds of faults: a killed page worker, a crash of the database; a storage whose answers are lost. */
const turns = { postgres: [3, 9], redis: [13, 8] } as const

describe.concurrent.each(queues as readonly (keyof typeof turns)[])(
  'sixty pages under drawn faults, with the queue on %s',
  (queue) => {
    let site: Site
    const ledger = newLedger()

    beforeAll(async () => {
      site = await startSite(queue, noDisks === undefined)
    }, 300_000)

    afterAll(async () => {
      await site?.stop()
    })

    test('nothing is lost, done twice, left in clear or left over', async () => {
      expect(await scanWorks(site)).toBe(true)
      for (const turn of turns[queue]) {
        const isScanned = turn === turns[queue].at(-1)
        const result = await runTrial(site, { seed: `short/${queue}/${turn}`, turn, isScanned, ledger })
        console.info(sayTrial(`${queue}/${turn}`, result))
        expect(result.violations).toEqual([])
      }
    }, 900_000)
  },
)
