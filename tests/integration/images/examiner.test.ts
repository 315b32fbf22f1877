import sharp from 'sharp'
import { beforeAll, expect, test } from 'vitest'
import { createExaminer } from '../../../src/adapters/images/examiner.ts'
import { preparePage } from '../../../src/adapters/images/prepared-page.ts'
import { bitonal, letter, sheet } from '../splitting/sheets.ts'

const examiner = createExaminer()
const examine = async (...page: Parameters<typeof examiner.examine>) =>
  (await examiner.examine(...page)).facts
const lines = [...letter, ...letter.toReversed(), ...letter]
let page: Buffer
beforeAll(async () => {
  page = await sheet(lines).png().toBuffer()
})

test('reports what it was given, and finds a printed page upright and straight', async () => {
  const facts = await examine(page, 'image/png', 300)
  expect(facts).toMatchObject({
    mediaType: 'image/png',
    width: 2481,
    height: 3507,
    dpi: 300,
    blank: false,
    turn: 0,
  })
  expect(Math.abs(facts.skew)).toBeLessThan(0.1)
  expect(facts.ink).toBeGreaterThan(0.005)
})

test.each([-2.4, 1.2])('measures a sheet fed askew by %f degrees on grey paper', async (skew) => {
  const askew = await sharp(page)
    .rotate(skew, { background: '#fdfdfb' })
    .linear(0.8, 0)
    .jpeg({ quality: 60 })
    .toBuffer()
  expect(Math.abs((await examine(askew, 'image/jpeg', 300)).skew - skew)).toBeLessThan(0.15)
})

test('sees that a page lies on its side', async () => {
  const lying = await sharp(page).rotate(270).png().toBuffer()
  expect(await examine(lying, 'image/png', 300)).toMatchObject({
    turn: 90,
    width: 3507,
    height: 2481,
  })
})

test('finds a verso blank through which the recto shines', async () => {
  const verso = await sheet(lines, { ink: '#d4d4d0' }).flop().linear(0.85, 0).jpeg().toBuffer()
  expect((await examine(verso, 'image/jpeg', 300)).blank).toBe(true)
})

test('does not find a page blank that bears three words', async () => {
  const short = await bitonal(sheet(['Vu, sans suite']))
  expect((await examine(short, 'image/tiff', 300)).blank).toBe(false)
})

test.each([0, 90])(
  'does not find a page blank that bears one short word, turned by %i degrees',
  async (turn) => {
    const short = await sheet(['RAS']).png().toBuffer()
    const lying = await sharp(short).rotate(turn).jpeg().toBuffer()
    expect((await examine(lying, 'image/jpeg', 300)).blank).toBe(false)
  },
)

test('prepares a page: upright, straight, at 200 dpi, on white', async () => {
  const scan = await sharp(page).rotate(91.5, { background: '#fdfdfb' }).linear(0.75, 0).png().toBuffer()
  const turned = await sharp(scan).metadata()
  const prepared = await preparePage(scan, { turn: 270, dpi: 300 })
  expect(prepared).toMatchObject({ dpi: 200, page: { width: turned.height, height: turned.width } })
  expect(Math.abs(prepared.skew - 1.5)).toBeLessThan(0.15)
  expect(prepared.image.toString('latin1', 0, 2)).toBe('P5')
  const levels = prepared.image.subarray(-prepared.width * prepared.height)
  expect(levels.toSorted()[levels.length >> 1]).toBe(255)
})
