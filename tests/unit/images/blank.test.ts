import { expect, test } from 'vitest'
import { isBlank } from '../../../src/adapters/images/blank.ts'
import type { GreyView } from '../../../src/adapters/images/grey-view.ts'
import { marksOf } from '../../../src/adapters/images/marks.ts'
import { withEvenPaper } from '../../../src/adapters/images/paper.ts'
import { block, disc, dot, paper, printed } from './canvas.ts'

const blank = (view: GreyView): boolean => {
  const even = withEvenPaper(view)
  return isBlank(even, marksOf(even).marks)
}

test('a page with nothing on it is blank', () => {
  expect(blank(paper())).toBe(true)
})

test('grey paper is blank paper', () => {
  expect(blank(paper(140))).toBe(true)
})

test('a page in the shadow of the lid is blank', () => {
  const view = paper()
  view.pixels.forEach((_, at) => {
    view.pixels[at] = 250 - ((at % view.width) / view.width) * 90
  })
  expect(blank(view)).toBe(true)
})

test('dust does not make a page written', () => {
  const view = paper()
  for (let speck = 0; speck < 200; speck++)
    block(view, 30 + ((speck * 733) % 760), 30 + ((speck * 977) % 1100), 2, 2)
  expect(blank(view)).toBe(true)
})

test('punch holes and a dark edge do not make a page written', () => {
  const view = paper()
  disc(view, 45, 420, 11)
  disc(view, 45, 740, 11)
  block(view, 0, 0, 5, 1169)
  expect(blank(view)).toBe(true)
})

test('a verso through which the recto shines is blank', () => {
  const recto = printed(0)
  const view = paper()
  recto.pixels.forEach((level, at) => {
    if (level === 0) view.pixels[at] = 205
  })
  expect(blank(view)).toBe(true)
})

test('a lone signature is not blank', () => {
  const view = paper()
  for (let x = 0; x < 120; x++)
    for (const thick of [0, 1]) dot(view, 500 + x, 900 + Math.sin(x / 9) * 15 + thick, 60)
  expect(blank(view)).toBe(false)
})

test('a lone pale stamp is not blank', () => {
  const view = paper()
  for (let angle = 0; angle < 720; angle++)
    for (const thick of [0, 1, 2])
      dot(view, 600 + Math.cos(angle) * (60 + thick), 900 + Math.sin(angle) * (60 + thick), 150)
  expect(blank(view)).toBe(false)
})

test('a disc as large as a hole, but in the middle of the page, is written', () => {
  const view = paper()
  disc(view, 400, 600, 15)
  disc(view, 440, 600, 15)
  expect(blank(view)).toBe(false)
})

test('a printed page is not blank', () => {
  expect(blank(printed(1))).toBe(false)
})
