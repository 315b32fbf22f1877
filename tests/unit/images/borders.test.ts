import { expect, test } from 'vitest'
import { withoutBorders } from '../../../src/adapters/images/borders.ts'
import type { GreyView } from '../../../src/adapters/images/grey-view.ts'
import { block, paper } from './canvas.ts'

/** A sheet of 60 mm by 200 mm that lies askew on a black lid. */
function receipt(): GreyView {
  const view = paper(25)
  const slope = Math.tan((3 * Math.PI) / 180)
  for (let y = 150; y < 940; y++) block(view, 280 + Math.round(y * slope), y, 236, 1, 235)
  for (let line = 0; line < 20; line++) block(view, 380, 250 + line * 30, 90, 8, 30)
  return view
}

test('a receipt on a black lid keeps its print, and stands on paper', () => {
  const scan = receipt()
  const { view, share } = withoutBorders(scan)
  const at = (x: number, y: number) => view.pixels[y * view.width + x]!
  expect(share).toBeGreaterThan(0.6)
  for (const [x, y] of [
    [5, 5],
    [820, 1160],
    [100, 600],
    [700, 600],
    [400, 60],
  ] as const)
    expect(at(x, y)).toBeGreaterThan(220)
  for (let line = 0; line < 20; line++) expect(at(420, 254 + line * 30)).toBe(30)
  expect(view).toMatchObject({ width: scan.width, height: scan.height })
})

test('a page without borders is left as it is, also where a letter touches its edge', () => {
  const view = paper(230)
  block(view, 0, 300, 9, 9)
  block(view, 100, 300, 400, 9)
  expect(withoutBorders(view).share).toBe(0)
})

test('the shadow along one edge goes, and what stands beside it stays', () => {
  const view = paper(230)
  block(view, 0, 0, 14, view.height, 60)
  block(view, 60, 300, 400, 9)
  const { view: bare } = withoutBorders(view)
  expect(bare.pixels[500 * view.width + 4]).toBe(230)
  expect(bare.pixels[303 * view.width + 100]).toBe(0)
})

test('shaded paper is no border: what is written on it stays', () => {
  const view = paper(230)
  for (let x = 0; x < 300; x++) block(view, x, 0, 1, view.height, 70 + Math.round((x * 160) / 300))
  for (let line = 0; line < 30; line++) block(view, 60, 100 + line * 30, 400, 8, 20)
  const bare = withoutBorders(view)
  expect(bare.share).toBe(0)
  expect(bare.view === view).toBe(true)
})

test('a word that touches a border stays', () => {
  const view = paper(230)
  block(view, 0, 0, 14, view.height, 40)
  block(view, 10, 500, 200, 9, 20)
  const { view: bare } = withoutBorders(view)
  expect(bare.pixels[400 * view.width + 4]).toBe(230)
  expect(bare.pixels[504 * view.width + 100]).toBe(20)
})

test('a black page stays black', () => {
  expect(withoutBorders(paper(0)).view.pixels.every((level) => level === 0)).toBe(true)
})
