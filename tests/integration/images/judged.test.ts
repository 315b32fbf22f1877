import sharp from 'sharp'
import { beforeAll, expect, test } from 'vitest'
import { createExaminer } from '../../../src/adapters/images/examiner.ts'
import type { PageFacts } from '../../../src/domain/page.ts'
import { letter, sheet } from '../splitting/sheets.ts'

const text = [...letter, ...letter.toReversed(), ...letter]
let page: Buffer
beforeAll(async () => {
  page = await sheet(text).toColourspace('b-w').png().toBuffer()
})

const examined = async (image: Buffer, dpi = 300): Promise<PageFacts> =>
  (await createExaminer().examine(image, 'image/png', dpi)).facts

test('print is good, and which way is up beyond doubt', async () => {
  expect(await examined(page)).toMatchObject({
    turn: 0,
    turnIsSure: true,
    quality: { verdict: 'good', faults: [] },
  })
})

test('what lies on its head is seen to', async () => {
  const turned = await sharp(page).rotate(180).toColourspace('b-w').png().toBuffer()
  expect(await examined(turned)).toMatchObject({ turn: 180, turnIsSure: true })
})

test('a scan out of focus is to be made again', async () => {
  const blurred = await sharp(page).blur(8).toColourspace('b-w').png().toBuffer()
  expect((await examined(blurred)).quality).toMatchObject({ verdict: 'rescan', faults: ['blurred'] })
})

test('a scan that cuts through its lines is found', async () => {
  const cut = await sharp(page).extract({ left: 600, top: 0, width: 1881, height: 3507 }).png().toBuffer()
  expect((await examined(cut)).quality?.faults).toEqual(['edge-cut'])
})

test('faint print is not taken for a blank page', async () => {
  const faint = await sharp(page).toColourspace('b-w').linear(0.3, 178).png().toBuffer()
  expect(await examined(faint)).toMatchObject({
    blank: false,
    quality: { verdict: 'poor', faults: ['faint'] },
  })
})

test('a scan that is dark all over is to be made again, and no blank page', async () => {
  const [width, height] = [827, 1169]
  const dark = Uint8Array.from({ length: width * height }, (_, at) => 8 + ((at * 7919) % 23))
  const scan = await sharp(dark, { raw: { width, height, channels: 1 } })
    .png()
    .toBuffer()
  expect(await examined(scan, 100)).toMatchObject({ blank: false, quality: { verdict: 'rescan' } })
})

test('two pages on one scan are flagged, also lying on their side, and so is the lid around a sheet', async () => {
  const half = await sharp(page).resize({ width: 1754 }).png().toBuffer()
  const wide = sharp({ create: { width: 3508, height: 2481, channels: 3, background: '#fdfdfd' } })
  const both = wide.composite([
    { input: half, left: 0, top: 0 },
    { input: half, left: 1754, top: 0 },
  ])
  const scan = await both.png().toBuffer()
  expect((await examined(scan)).quality?.faults).toEqual(['two-pages'])
  const lying = await sharp(scan).rotate(90).resize(1240).png().toBuffer()
  expect((await examined(lying, 150)).quality?.faults).toEqual(['two-pages'])
  const onLid = sharp(page).extend({ left: 300, right: 300, top: 200, bottom: 500, background: '#222' })
  expect((await examined(await onLid.png().toBuffer())).quality?.faults).toEqual(['dark-borders'])
})
