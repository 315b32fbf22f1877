import { expect, test } from 'vitest'
import { pack, unpack } from '../../../src/proof/packing.ts'

// Two bytes count the files of a ZIP; a batch of ten thousand pages has more.
test('65,536 files are packed, and none is missing', () => {
  const files = new Map(Array.from({ length: 65_536 }, (_, at) => [`${at}.json`, new Uint8Array(1)]))
  expect(unpack(pack(files)).size).toBe(65_536)
})
