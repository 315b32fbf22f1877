import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const reader = fileURLToPath(new URL('./bare-reader.ts', import.meta.url))

/** How much faster two bare recognisers are than one: no pipeline can do better on this machine. */
export async function measureMachine(corpus: {
  seed: string
  cache: string
}): Promise<{ twoProcesses: number; secondsPerPage: number }> {
  const one = await readersTogether(1, corpus)
  const two = await readersTogether(2, corpus)
  return { twoProcesses: (one / two) * 2, secondsPerPage: one }
}

/** Seconds for each page of each of `count` processes that read the same pages at the same time. */
async function readersTogether(count: number, corpus: { seed: string; cache: string }): Promise<number> {
  const children = Array.from({ length: count }, () => fork(reader, [corpus.seed, corpus.cache]))
  await Promise.all(children.map((child) => once(child, 'message')))
  const answers = children.map(async (child) => {
    child.send('go')
    return ((await once(child, 'message')) as [number])[0]
  })
  const seconds = await Promise.all(answers)
  return seconds.reduce((sum, each) => sum + each, 0) / count
}
