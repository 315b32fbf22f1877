import { expect, test } from 'vitest'
import type { Doing } from '../../../src/domain/order.ts'
import type { Presence } from '../../../src/plumbing.ts'
import { watchUnattended } from '../../../workers/unattended.ts'

const now = new Date('2026-03-02T12:00:00Z')
const ago = (seconds: number) => new Date(now.getTime() - seconds * 1000)

/** What is found of orders `a` and `b` when the only worker says it works on `a`. */
function watch({ heard = 5, afterMs = 0 }) {
  const doing = [{ stage: 'split-pages', orderId: 'a', since: now.toISOString() }] as unknown as Doing[]
  const worker = {
    id: 'w',
    queue: 'page',
    host: 'h',
    pid: 1,
    places: 2,
    startedAt: ago(99),
    beatAt: ago(heard),
  }
  const presence: Presence = {
    beat: async () => {},
    leave: async () => {},
    forget: async () => {},
    list: async () => [{ ...worker, doing }],
  }
  return watchUnattended({ presence, clock: { now: () => now } }, afterMs)
}
const found = async (unattended: ReturnType<typeof watch>) => [...(await unattended('page', ['a', 'b']))]

test('what a living worker says it works on is left to it, however long', async () => {
  const unattended = watch({})
  for (let time = 0; time < 3; time++) expect(await found(unattended)).toEqual(['b'])
})

test('what a worker that fell silent had is nobody’s', async () => {
  expect(await found(watch({ heard: 31 }))).toEqual(['a', 'b'])
})

test('nothing is taken away before a worker had time to say that it took it', async () => {
  const unattended = watch({ afterMs: 30_000 })
  for (let time = 0; time < 3; time++) expect(await found(unattended)).toEqual([])
})
