import { expect, test } from 'vitest'
import { type GreyView, letGo } from '../../../src/adapters/images/grey-view.ts'

const large = 1 << 20
const view = (pixels: Uint8Array): GreyView => ({ pixels, width: pixels.length, height: 1, dpi: 300 })

test('pixels that nobody needs any more are gone at once', () => {
  const given = view(new Uint8Array(large))
  letGo([given, given])
  expect(given.pixels).toHaveLength(0)
})

test('pixels stay that something kept has too, or that lie in memory of others, or are few', () => {
  const [kept, few] = [view(new Uint8Array(large)), view(new Uint8Array(large - 1))]
  const shared = view(new Uint8Array(large + 1).subarray(1))
  letGo([kept, few, shared], [{ ...kept, dpi: 150 }])
  for (const { pixels, width } of [kept, few, shared]) expect(pixels).toHaveLength(width)
})
