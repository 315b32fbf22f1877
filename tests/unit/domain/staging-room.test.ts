import fc from 'fast-check'
import { expect, test } from 'vitest'
import { hasRoom, stagedPerByte } from '../../../src/domain/staging-room.ts'

const capacity = 1_000_000
const need = (share: number) => (capacity * share) / stagedPerByte

test('an empty staging takes whatever comes, also what is larger than itself', () => {
  expect(hasRoom(need(3), { own: 0, total: 0 }, capacity)).toBe(true)
})

test('an organisation alone fills half, and no more', () => {
  expect(hasRoom(need(0.1), { own: 0.4 * capacity, total: 0.4 * capacity }, capacity)).toBe(true)
  expect(hasRoom(need(0.1), { own: 0.5 * capacity, total: 0.5 * capacity }, capacity)).toBe(false)
})

test('whoever comes with little finds room beside one that has filled its half', () => {
  expect(hasRoom(need(0.01), { own: 0, total: 0.5 * capacity }, capacity)).toBe(true)
})

test('however they come, organisations together never pass the capacity, and one that holds nothing can bring a little', () => {
  const arrivals = fc.array(fc.record({ who: fc.nat(4), bytes: fc.integer({ min: 1, max: need(0.4) }) }))
  const broken = fc.check(
    fc.property(arrivals, (batches) => {
      const held = [0, 0, 0, 0, 0]
      for (const { who, bytes } of batches) {
        const total = held.reduce((sum, own) => sum + own, 0)
        if (hasRoom(bytes, { own: held[who]!, total }, capacity)) held[who]! += bytes * stagedPerByte
      }
      const total = held.reduce((sum, own) => sum + own, 0)
      const little = Math.floor((capacity - total) / 2 / stagedPerByte)
      return total < capacity && hasRoom(little, { own: 0, total }, capacity)
    }),
  )
  expect(broken.counterexample).toBeNull()
})
