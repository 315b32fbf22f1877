import { setTimeout } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { atOnce } from '../../../src/commands/at-once.ts'

async function* numbers(ended: () => void = () => {}) {
  try {
    for (let n = 0; n < 20; n++) yield n
  } finally {
    ended()
  }
}

test.each([
  ['a list', () => Array.from({ length: 20 }, (_, n) => n)],
  ['a stream', () => numbers()],
])('each of %s is worked on once, as many at once as there are places', async (_, all) => {
  const seen: number[] = []
  let underWay = 0
  let most = 0
  await atOnce(3, all(), async (n) => {
    most = Math.max(most, ++underWay)
    await setTimeout(1)
    seen.push(n)
    underWay--
  })
  expect(seen.toSorted((one, other) => one - other)).toEqual(Array.from({ length: 20 }, (_, n) => n))
  expect(most).toBe(3)
})

test('the first failure is thrown after what is under way has ended, and no more is taken', async () => {
  const ended: number[] = []
  let isClosed = false
  const all = numbers(() => (isClosed = true))
  const working = atOnce(2, all, async (n) => {
    if (n === 1) throw new Error('first')
    await setTimeout(5)
    ended.push(n)
    if (n === 0) throw new Error('second')
  })
  await expect(working).rejects.toThrow('first')
  expect(ended).toEqual([0])
  expect(isClosed).toBe(true)
})

test('a source that fails is a failure', async () => {
  const failing = async function* () {
    yield 1
    throw new Error('source')
  }
  await expect(atOnce(2, failing(), async () => {})).rejects.toThrow('source')
})

test('told to stop, it takes no more', async () => {
  const stop = new AbortController()
  const seen: number[] = []
  await atOnce(
    1,
    numbers(),
    async (n) => {
      seen.push(n)
      if (n === 2) stop.abort()
    },
    stop.signal,
  )
  expect(seen).toEqual([0, 1, 2])
})
