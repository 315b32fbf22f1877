import { describe, expect, test } from 'vitest'
import type { Greymap } from '../../../src/adapters/tesseract/greymap.ts'
import { withSpacesSeen } from '../../../src/adapters/tesseract/spaces-seen.ts'
import type { Line } from '../../../src/domain/page.ts'

/** Letters as bars of 8 by 16 pixels, dashes low and colons narrow; each `_` of the pattern a space, nothing what touches. */
function written(pattern: string, text: string): { page: Greymap; line: Line } {
  const [width, height] = [400, 40]
  const pixels = new Uint8Array(width * height).fill(255)
  let x = 20
  for (const sign of pattern) {
    if (sign === '_') x += 6
    else {
      const [wide, top, bottom] = sign === ':' ? [3, 17, 28] : sign === '-' ? [6, 20, 22] : [8, 12, 28]
      for (let y = top; y < bottom; y++)
        for (let at = x; at < x + wide; at++)
          if (sign !== ':' || y < 20 || y >= 25) pixels[y * width + at] = 0
      x += sign === '~' ? 8 : wide + 2
    }
  }
  const box = { x0: 20, y0: 12, x1: x - 2, y1: 28 }
  return {
    page: { width, height, pixels },
    line: { words: [{ text, confidence: 90, box }], box, baseline: 28 },
  }
}
const read = (pattern: string, text: string): string[] => {
  const { page, line } = written(pattern, text)
  return withSpacesSeen(page, [line])[0]!.words.map((word) => word.text)
}

describe('spaces that the engine left out', () => {
  test.each([
    ['aaa_:', 'Nom:', ['Nom', ':']],
    ['a~a_:', 'Nom:', ['Nom', ':']],
    ['aa_-_aa', '12-16', ['12', '-', '16']],
    ['a_aaa', '2h/j', ['2', 'h/j']],
  ])('part a word where white is seen on the page: %s', (pattern, text, words) => {
    expect(read(pattern, text)).toEqual(words)
  })

  test.each([
    ['aaa:', 'Nom:'],
    ['aa-aa', '12-16'],
    ['aaaa', '2h/j'],
    // Letters set wide apart: white is between all of them.
    ['a_a_a_:', 'Nom:'],
    // Where letters touch, nothing tells which gap it is.
    ['a~a_aa', '12-16'],
    // Nobody leaves a space out in the middle of a word.
    ['aa_aa', 'apte'],
  ])('are left out on the page too, or cannot be told: %s stays %s', (pattern, text) => {
    expect(read(pattern, text)).toEqual([text])
  })

  test('leave each part its own place and what was known of the word', () => {
    const { page, line } = written('aaa_:', 'Nom:')
    const [name, colon] = withSpacesSeen(page, [line])[0]!.words
    expect(name).toEqual({ text: 'Nom', confidence: 90, box: { x0: 20, y0: 12, x1: 48, y1: 28 } })
    expect(colon!.box).toEqual({ x0: 56, y0: 12, x1: 59, y1: 28 })
  })
})
