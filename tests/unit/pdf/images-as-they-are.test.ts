import { expect, test } from 'vitest'
import { group4Of } from '../../../src/adapters/pdf/group-4.ts'
import { jpegFrame } from '../../../src/adapters/pdf/jpeg-frame.ts'
import { pngRows } from '../../../src/adapters/pdf/png-rows.ts'
import { g4Tiff } from '../../../src/adapters/splitting/g4-tiff.ts'
import { pngOf } from '../../../src/adapters/splitting/png-container.ts'

const codes = Buffer.from('00100100110101', 'hex')

test.each([false, true])('takes Group 4 codes out of a TIFF of one strip (inverted: %s)', (inverted) => {
  const found = group4Of(g4Tiff(codes, { width: 30, height: 20, dpi: 300, inverted }))
  expect(found).toEqual({ codes, width: 30, height: 20, inverted })
})

test('leaves a TIFF alone whose strip lies beyond its end, or that is none', () => {
  const tiff = g4Tiff(codes, { width: 30, height: 20, dpi: 300, inverted: false })
  expect(group4Of(tiff.subarray(0, -1))).toBeUndefined()
  expect(group4Of(codes)).toBeUndefined()
})

const rows = Buffer.from('rows')
const header = { width: 3, height: 2, bitDepth: 8, colourType: 2, dpi: 300 } as const

test('takes the rows out of a PNG that PDF/A can show as it is', () => {
  expect(pngRows(pngOf(header, rows))).toEqual({ rows, width: 3, height: 2, channels: 3 })
  expect(pngRows(pngOf({ ...header, colourType: 0 }, rows))).toMatchObject({ channels: 1 })
})

test.each([
  ['a palette', pngOf({ ...header, colourType: 3, palette: Buffer.alloc(3) }, rows)],
  ['16 bits a sample', pngOf({ ...header, bitDepth: 16 }, rows)],
  ['no header', Buffer.from('no image')],
])('leaves a PNG alone that has %s', (_, png) => {
  expect(pngRows(png)).toBeUndefined()
})

const frame = (marker: number) => Buffer.of(0xff, marker, 0, 11, 8, 0, 20, 0, 30, 1, 1, 0x11, 0)
const start = Buffer.of(0xff, 0xd8)
const comment = Buffer.of(0xff, 0xfe, 0, 4, 0xff, 0xc0)

test.each([0, 1, 2, 9])('reads the frame header of a JPEG of coding %i behind other segments', (coding) => {
  const found = jpegFrame(Buffer.concat([start, comment, Buffer.of(0xff), frame(0xc0 + coding)]))
  expect(found).toEqual({ coding, bits: 8, width: 30, height: 20, components: 1 })
})

test('finds no frame where there is none before the picture', () => {
  expect(jpegFrame(Buffer.concat([start, Buffer.of(0xff, 0xda), frame(0xc0)]))).toBeUndefined()
  expect(jpegFrame(Buffer.from('no image'))).toBeUndefined()
})
