import { Worker } from 'node:worker_threads'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { preparePage } from '../../../src/adapters/images/prepared-page.ts'
import { startEngine } from '../../../src/adapters/tesseract/engine.ts'
import { startNativeEngine } from '../../../src/adapters/tesseract/native-engine.ts'
import type { PreparePage } from '../../../src/adapters/tesseract/prepared-page.ts'
import { createRecogniser } from '../../../src/adapters/tesseract/recogniser.ts'
import { type Recognition, textOf } from '../../../src/domain/page.ts'
import { collectGarbage } from '../../garbage.ts'
import { isInstalled } from '../../tools.ts'
import { bitonal, letter, sheet } from '../splitting/sheets.ts'

const going = () => new AbortController().signal
const plain = (text: string): string => text.replaceAll('’', "'")
const wordOf = (page: Recognition, text: string) =>
  page.lines.flatMap((line) => line.words).find((word) => word.text.startsWith(text))!

let page: Buffer
beforeAll(async () => {
  page = await sheet(letter).jpeg({ quality: 85 }).toBuffer()
})

const engines = [
  { engine: 'tesseract.js', name: 'tesseract.js-7', start: startEngine, here: true },
  { engine: 'native', name: 'tesseract-native', start: startNativeEngine, here: isInstalled('tesseract') },
] as const
if (!isInstalled('tesseract'))
  console.warn('Left out: recognition by the program tesseract (apt-get install tesseract-ocr-fra).')

describe.each(engines.filter(({ here }) => here))('the engine $engine', ({ engine, name, start }) => {
  const recogniser = createRecogniser({ languages: ['fra'], prepare: preparePage, engine })
  afterAll(() => recogniser.close())
  const read = (image: Buffer, turn: 0 | 90 | 180 | 270 = 0): Promise<Recognition> =>
    recogniser.recognise(image, { turn, dpi: 300, languages: ['fra'] }, going())

  test('reads French with its accents, line by line', async () => {
    const read0 = await read(page)
    expect(plain(textOf(read0))).toBe(plain(letter.join('\n')))
    expect(read0).toMatchObject({ turn: 0, width: 2481, height: 3507, engine: name })
    expect(read0.confidence).toBeGreaterThan(85)
  })

  test('rights a page that lies upside down', async () => {
    const found = await read(await sharp(page).rotate(180).jpeg().toBuffer())
    expect(found.turn).toBe(180)
    expect(plain(textOf(found))).toContain('Œdème résorbé')
  })

  test('rights a page on its side, whichever way it was told', async () => {
    const lying = await sharp(page).rotate(90).jpeg().toBuffer()
    const found = await read(lying, 90)
    expect(found).toMatchObject({ turn: 270, width: 2481, height: 3507 })
    expect(textOf(found)).toContain('Compte rendu')
  })

  test('places words on the page as it was scanned, though it was straightened to be read', async () => {
    const straight = wordOf(await read(page), 'Apte').box
    const skew = (2 * Math.PI) / 180
    const askew = await sharp(page).rotate(2, { background: '#fdfdfb' }).png().toBuffer()
    const { width, height } = await sharp(askew).metadata()
    const { box } = wordOf(await read(askew), 'Apte')
    const [dx, dy] = [(straight.x0 + straight.x1) / 2 - 2481 / 2, (straight.y0 + straight.y1) / 2 - 3507 / 2]
    const expected = {
      x: width / 2 + dx * Math.cos(skew) - dy * Math.sin(skew),
      y: height / 2 + dx * Math.sin(skew) + dy * Math.cos(skew),
    }
    expect(Math.abs((box.x0 + box.x1) / 2 - expected.x)).toBeLessThan(8)
    expect(Math.abs((box.y0 + box.y1) / 2 - expected.y)).toBeLessThan(8)
  })

  test('reads a Group 4 page', async () => {
    expect(plain(textOf(await read(await bitonal(sheet(letter)))))).toContain('Salarié vu le 12 février 2024')
  })

  test('finds no word on an empty page, and is not sure of it', async () => {
    expect(await read(await sheet([]).png().toBuffer())).toMatchObject({ lines: [], confidence: 0 })
  })

  test('says of a clear page that nearly all of it was read', async () => {
    const { read: share, lines } = await read(page)
    const words = lines.flatMap((line) => line.words)
    expect(share).toBeGreaterThan(0.9)
    expect(words.filter(({ doubtful }) => doubtful).length).toBeLessThan(words.length / 10)
  })

  test('an image that is none fails with a code, and the next page is read', async () => {
    const prepare = vi.fn<PreparePage>(preparePage)
    const broken = createRecogniser({ languages: ['fra'], prepare, engine })
    const ready = { dpi: 200, width: 1, height: 1, skew: 0, shrunkTo: 1, page: { width: 1, height: 1 } }
    prepare.mockResolvedValueOnce({ ...ready, image: Buffer.from('no image') })
    const options = { turn: 0, dpi: 300, languages: ['fra'] } as const
    try {
      await expect(broken.recognise(page, options, going())).rejects.toMatchObject({
        code: 'recognition-failed',
      })
      expect(textOf(await broken.recognise(page, options, going()))).toContain('Compte rendu')
    } finally {
      await broken.close()
    }
  })

  test('whoever cancels gets the word at once', async () => {
    const stop = new AbortController()
    const reading = recogniser.recognise(page, { turn: 0, dpi: 300, languages: ['fra'] }, stop.signal)
    setTimeout(() => stop.abort(), 300)
    await expect(reading).rejects.toMatchObject({ code: 'cancelled' })
    expect(textOf(await read(page))).toContain('Compte rendu')
  })

  test('a language whose model is not installed is a fault of the configuration, by its name', async () => {
    await expect(start(['fra', 'tlh'])).rejects.toMatchObject({
      code: 'configuration-invalid',
      facts: { count: 1, faults: 'recognition.languages: no model of tlh' },
    })
  })

  test('reads signs of two languages on one page, of which each model knows but its own', async () => {
    const both = createRecogniser({ languages: ['fra', 'eng'], prepare: preparePage, engine })
    const mixed = await sheet(['Œdème résorbé.', 'Payment under § 14 of the contract: ¥ 4,500.'])
      .png()
      .toBuffer()
    try {
      const languages = ['fra', 'eng']
      const found = textOf(await both.recognise(mixed, { turn: 0, dpi: 300, languages }, going()))
      expect(found).toBe('Œdème résorbé.\nPayment under § 14 of the contract: ¥ 4,500.')
    } finally {
      await both.close()
    }
  })
})

test.each(engines.filter(({ here }) => here))(
  'an engine keeps nothing of what it read: $engine',
  async ({ start }) => {
    const engine = await start(['fra'])
    const { image, dpi } = await preparePage(page, { turn: 0, dpi: 300 })
    const readings = [await engine.recognise(image, dpi), await engine.recognise(image, dpi)].map(
      (lines) => new WeakRef(lines),
    )
    await collectGarbage()
    expect(readings.map((kept) => kept.deref())).toEqual([undefined, undefined])
    await engine.close()
  },
)

test('an engine whose thread dies says so instead of waiting for ever', async () => {
  const threads: Worker[] = []
  const post = Worker.prototype.postMessage
  const spy = vi.spyOn(Worker.prototype, 'postMessage').mockImplementation(function (this: Worker, ...sent) {
    threads.push(this)
    return post.apply(this, sent)
  })
  const engine = await startEngine(['fra'])
  spy.mockRestore()
  const { image, dpi } = await preparePage(page, { turn: 0, dpi: 300 })
  const reading = engine.recognise(image, dpi)
  void threads.at(-1)!.terminate()
  await expect(reading).rejects.toMatchObject({ code: 'recognition-failed' })
  expect(engine.dead).toBe(true)
})
