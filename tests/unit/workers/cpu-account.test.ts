import { expect, test } from 'vitest'
import { createCpuAccount } from '../../../workers/cpu-account.ts'
import { cpuTime } from '../../../workers/cpu-time.ts'

/** Time as it would be read, moved by hand. */
function clockwork() {
  const spent = { main: 0, threads: 0, children: 0 }
  return { spent, account: createCpuAccount(() => ({ ...spent })) }
}

test('what is spent between orders is nobody’s', () => {
  const { spent, account } = clockwork()
  spent.main = 50
  const bill = account.open()
  spent.main = 80
  spent.threads = 7
  spent.children = 9
  expect(account.close(bill)).toEqual({ main: 30, threads: 7, children: 9 })
})

test('orders at work together share what is spent meanwhile', () => {
  const { spent, account } = clockwork()
  const first = account.open()
  spent.main = 10
  const second = account.open()
  spent.main = 30
  expect(account.close(first).main).toBe(20)
  spent.main = 35
  expect(account.close(second).main).toBe(15)
})

test('a child whose time is lost from sight for a moment lowers no bill', () => {
  const { spent, account } = clockwork()
  spent.children = 100
  const bill = account.open()
  spent.children = 0
  expect(account.close(bill).children).toBe(0)
})

test('the time of this process only ever grows', () => {
  const before = cpuTime()
  for (let turn = 0, rest = 1; turn < 2e6; turn++) rest = (rest * 31) % 1_000_003
  const after = cpuTime()
  expect(after.main + after.threads).toBeGreaterThan(before.main + before.threads)
  expect(after.children).toBeGreaterThanOrEqual(0)
})
