import sharp, { type Sharp } from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { confine } from '../../../src/adapters/confinement/confinement.ts'
import { confinedThumbnailer } from '../../../src/adapters/confinement/ports.ts'
import { thumbnailOf } from '../../../src/adapters/images/thumbnail.ts'
import type { Turn } from '../../../src/domain/page.ts'
import { Settings } from '../../../src/settings/settings.ts'
import { bitonal } from '../splitting/sheets.ts'

/** An A4 page at 100 dpi whose top left corner alone is dark, turned against the clock by so much. */
const page = (turn = 0) =>
  sharp({ create: { width: 827, height: 1169, channels: 3, background: '#fff' } })
    .composite([
      {
        input: { create: { width: 300, height: 300, channels: 3, background: '#103060' } },
        ...{ left: 0, top: 0 },
      },
    ])
    .png()
    .toBuffer()
    .then((png) => sharp(png).rotate(-turn))

/** Grey levels at the middle of the four corners of a picture: top left, top right, bottom left, bottom right. */
async function corners(webp: Buffer): Promise<number[]> {
  const { data, info } = await sharp(webp).toColourspace('b-w').raw().toBuffer({ resolveWithObject: true })
  const at = (x: number, y: number) => data[(y * info.width + x) * info.channels]!
  const [right, bottom] = [info.width - 20, info.height - 20]
  return [at(20, 20), at(right, 20), at(20, bottom), at(right, bottom)]
}

describe('a thumbnail', () => {
  test.each([0, 90, 180, 270] as const)('stands upright, turned by %i degrees', async (turn: Turn) => {
    const jpeg = await (await page(turn)).jpeg().toBuffer()
    const thumbnail = await thumbnailOf(jpeg, { turn })
    expect(await sharp(thumbnail).metadata()).toMatchObject({ format: 'webp', width: 181, height: 256 })
    const [topLeft, ...others] = await corners(thumbnail)
    expect(topLeft).toBeLessThan(100)
    expect(Math.min(...others)).toBeGreaterThan(240)
  })

  test('keeps colours', async () => {
    const thumbnail = await thumbnailOf(await (await page()).jpeg().toBuffer(), { turn: 0 })
    const { data } = await sharp(thumbnail)
      .extract({ left: 20, top: 20, width: 1, height: 1 })
      .raw()
      .toBuffer({ resolveWithObject: true })
    expect(data[2]! - data[0]!).toBeGreaterThan(40)
  })

  test.each([
    ['a bitonal TIFF', bitonal],
    ['a grey PNG of 16 bits', (one: Sharp) => one.toColourspace('grey16').png().toBuffer()],
    ['a CMYK JPEG', (one: Sharp) => one.toColourspace('cmyk').jpeg().toBuffer()],
    ['a PNG with transparent paper', (one: Sharp) => one.unflatten().png().toBuffer()],
    ['a PNG with a palette', (one: Sharp) => one.png({ palette: true }).toBuffer()],
  ])('is made of %s', async (_, as) => {
    const thumbnail = await thumbnailOf(await as(await page()), { turn: 0 })
    const [topLeft, ...others] = await corners(thumbnail)
    expect(topLeft).toBeLessThan(100)
    expect(Math.min(...others)).toBeGreaterThan(240)
  })

  test('of a page that is smaller is no larger, and a long one no wider than 512 pixels', async () => {
    const blank = (width: number, height: number) =>
      sharp({ create: { width, height, channels: 3, background: '#fff' } })
        .png()
        .toBuffer()
    const sizeOf = async (image: Buffer, turn: Turn) => {
      const { width, height } = await sharp(await thumbnailOf(image, { turn })).metadata()
      return [width, height]
    }
    expect(await sizeOf(await blank(1, 1), 90)).toEqual([1, 1])
    expect(await sizeOf(await blank(300, 6000), 90)).toEqual([512, 26])
    expect(await sizeOf(await blank(300, 6000), 0)).toEqual([13, 256])
  })
})

describe('made in a process of its own', () => {
  const { parsing } = Settings.shape
  let confinement: ReturnType<typeof confine>
  beforeAll(() => {
    confinement = confine({ ...parsing.parse({}), processes: 1 })
  })
  afterAll(() => confinement.close())
  const thumbnailer = () =>
    confinedThumbnailer(confinement, {
      module: new URL('../../../src/adapters/images/confined.ts', import.meta.url).href,
      name: 'thumbnail',
    })

  test('is the same, and takes no more than 20 kB', async () => {
    const jpeg = await (await page()).jpeg().toBuffer()
    const thumbnail = await thumbnailer().thumbnail(jpeg, { turn: 0 })
    expect(thumbnail?.equals(await thumbnailOf(jpeg, { turn: 0 }))).toBe(true)
    expect(thumbnail!.length).toBeLessThan(20_000)
  })

  test('is none where the image cannot be pictured, and stops nothing', async () => {
    expect(await thumbnailer().thumbnail(Buffer.from('no image'), { turn: 0 })).toBeUndefined()
  })
})
