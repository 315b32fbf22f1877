import { describe, expect, test } from 'vitest'
import type { Greymap } from '../../../src/adapters/tesseract/greymap.ts'
import { withSignsSeen } from '../../../src/adapters/tesseract/unknown-signs.ts'

const micro = ['##..##', '##..##', '##..##', '##..##', '##..##', '######', '###.##', '##....', '##....']
const pico = ['#####.', '##..##', '##..##', '##..##', '##..##', '#####.', '##....', '##....', '##....']
const capital = ['##..##', '##..##', '##..##', '######', '######', '##..##', '##..##', '##..##', '......']
const small = ['......', '##..##', '##..##', '##..##', '##..##', '##..##', '######', '......', '......']
const raised = ['####..', '..##..', '.##...', '####..', '......', '......', '......', '......', '......']
const onLine = ['####..', '..##..', '.##...', '.##...', '......', '.##...', '......', '......', '......']
const other = ['......', '#####.', '#...#.', '#...#.', '#####.', '#...#.', '#####.', '......', '......']

/** A page with these glyphs on it, each cell two pixels wide and high, read as `text`. */
function seen(glyphs: readonly (readonly string[])[], text: string) {
  const [width, height] = [glyphs.length * 14, 18]
  const pixels = new Uint8Array(width * height).fill(255)
  for (const [place, rows] of glyphs.entries())
    for (const [row, cells] of rows.entries())
      for (const [column, cell] of [...cells].entries())
        if (cell === '#')
          for (const at of [0, 1, width, width + 1])
            pixels[row * 2 * width + place * 14 + column * 2 + at] = 0
  const page: Greymap = { width, height, pixels }
  const box = { x0: 0, y0: 0, x1: width, y1: height }
  const line = { words: [{ text, confidence: 90, box }], box, baseline: 14 }
  const told = withSignsSeen(page, [line])
  return { text: told.lines[0]!.words[0]!.text, count: told.seen }
}
const after = (first: readonly string[], text: string) =>
  seen([first, ...Array.from({ length: text.length - 1 }, () => other)], text)

describe('signs that the model does not know', () => {
  test.each(['Hg/L', 'pg/L', 'ug/L', 'Hmol/L', 'pmol/mol', 'uSv'])('µ is told in %s by its shape', (text) => {
    expect(after(micro, text)).toEqual({ text: `µ${text.slice(1)}`, count: 1 })
  })

  test.each([
    ['pg/L', pico],
    ['pmol/L', pico],
    ['Hg/L', capital],
    ['ug/L', small],
  ])('%s stays what it is where it looks like that', (text, shape) => {
    expect(after(shape, text)).toEqual({ text, count: 0 })
  })

  test('µ is looked for in units alone', () => {
    expect(after(micro, 'page').text).toBe('page')
    expect(seen([other, micro, other, other, other, other], '(Hg/L)').text).toBe('(µg/L)')
  })

  test('² is told in m/s² where it ends high over the line, and nowhere else', () => {
    expect(seen([other, other, other, raised], 'm/s?').text).toBe('m/s²')
    expect(seen([other, other, other, onLine], 'm/s?').text).toBe('m/s?')
    expect(seen([other, other, raised], 'cm?').text).toBe('cm?')
  })
})
