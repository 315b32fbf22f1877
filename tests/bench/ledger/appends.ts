import type { BenchLedger } from './house.ts'
import type { Figures } from './report.ts'

const inOneTransaction = 500
/** The sequencer comes by after so many, as the clock does after a while. */
const atOnce = 2_000
const commits = 500

/**
 * Custody events of a business transaction each, and their places in the ledger: until the last is under a signed head.
 * Beside them, what the disk allows: commits that write nothing but themselves.
 */
export async function measureAppends(
  house: BenchLedger,
  entries: number,
  single: number,
  say: (line: string) => void,
): Promise<Pick<Figures, 'appends'>> {
  const bare = await rate(commits, house.commit)
  const alone = await rate(single, () => appendAll(house, single, 1, () => {}), true)
  say(`${single} appended one by one, ${Math.round(alone)} a second`)
  const start = performance.now()
  const batched = await rate(
    entries - single,
    () =>
      appendAll(house, entries - single, inOneTransaction, (done) => {
        if (done % 50_000 < atOnce)
          say(`${done} appended, ${Math.round((done / (performance.now() - start)) * 1000)} a second`)
      }),
    true,
  )
  return {
    appends: {
      ...{ single, inOneTransaction },
      perSecond: { single: alone, batched, bareCommits: bare },
      singleToBareCommits: alone / bare,
    },
  }
}

/** So many a second, of what is done one by one or all at once. */
async function rate(count: number, work: () => Promise<unknown>, isAll = false): Promise<number> {
  const start = performance.now()
  for (let done = 0; done < (isAll ? 1 : count); done++) await work()
  return (count / (performance.now() - start)) * 1000
}

async function appendAll(
  house: BenchLedger,
  count: number,
  inOne: number,
  progress: (done: number) => void,
): Promise<void> {
  for (let done = 0; done < count; progress(done)) {
    const until = Math.min(count, done + atOnce)
    for (; done < until; done += inOne) await house.happen(Math.min(inOne, until - done))
    await house.extend()
  }
}
