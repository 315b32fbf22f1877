import { expect, test } from 'vitest'
import { luminanceFirst } from '../../../src/adapters/images/luminance-first.ts'

const start = Buffer.of(0xff, 0xd8)
const jfif = Buffer.of(0xff, 0xe0, 0, 16, ...Buffer.from('JFIF\0'), 1, 1, 1, 1, 44, 1, 44, 0, 0)
const adobe = Buffer.of(0xff, 0xee, 0, 14, ...Buffer.from('Adobe'), 0, 100, 0, 0, 0, 0, 0)
const frame = (names: readonly number[], bits = 8) =>
  Buffer.of(
    0xff,
    0xc0,
    0,
    8 + 3 * names.length,
    bits,
    0,
    20,
    0,
    30,
    names.length,
    ...names.flatMap((name) => [name, 0x11, 0]),
  )
const [differences, colours] = [frame([1, 2, 3]), frame([...Buffer.from('RGB')])]

test('says of a JPEG of luminance and colour differences that its components are plain', () => {
  expect(luminanceFirst(Buffer.concat([start, differences]))).toEqual(
    Buffer.concat([start, adobe, differences]),
  )
})

test('hides the segment that would say otherwise, and nothing else', () => {
  const told = luminanceFirst(Buffer.concat([start, jfif, colours]))!
  expect(told).toHaveLength(start.length + adobe.length + jfif.length + colours.length)
  expect(told.includes('JFIF')).toBe(false)
  expect(told.subarray(-colours.length)).toEqual(colours)
})

test.each([
  ['is of red, green and blue', [start, colours]],
  ['says by itself how it is coded', [start, jfif, adobe, differences]],
  ['is grey', [start, jfif, frame([1])]],
  ['has four components', [start, frame([1, 2, 3, 4])]],
  ['has twelve bits a sample', [start, frame([1, 2, 3], 12)]],
  ['is cut within its frame', [start, differences.subarray(0, -4)]],
  ['has no frame before its scan', [start, Buffer.of(0xff, 0xda, 0, 2)]],
  ['is none', [Buffer.from('no image')]],
])('leaves a JPEG alone that %s', (_, parts) => {
  expect(luminanceFirst(Buffer.concat(parts))).toBeUndefined()
})
