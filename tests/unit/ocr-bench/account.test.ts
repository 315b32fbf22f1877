import { expect, test } from 'vitest'
import type { CorpusPage } from '../../bench/ocr/corpus.ts'
import { createMeter } from '../../bench/ocr/meter.ts'
import { readingOf } from '../../bench/ocr/readings.ts'

/** Milliseconds of the three kinds, each read in turn. */
const clock = (...times: readonly [main: number, threads: number, children: number][]) => {
  const left = times.map(([main, threads, children]) => ({ main, threads, children }))
  return () => left.shift()!
}

test('what a step spends in other processes is another step, and what no step spent is beside', async () => {
  const meter = createMeter(clock([100, 0, 0], [150, 850, 300], [200, 850, 400]))
  await meter.around('read', async () => {}, 'prepare')()
  const account = meter.account()
  expect(account.read).toBeCloseTo(0.9)
  expect(account.prepare).toBeCloseTo(0.3)
  expect(account.beside).toBeCloseTo(1.45 - 1.2)
})

test('a step that fails has cost what it cost', async () => {
  const meter = createMeter(clock([0, 0, 0], [500, 0, 0], [500, 0, 0]))
  const work = meter.around('examine', () => Promise.reject(new Error('no')))
  await expect(work()).rejects.toThrow('no')
  expect(meter.account().examine).toBeCloseTo(0.5)
})

const page = (id: string, rest: Partial<CorpusPage>): CorpusPage => ({
  ...{
    id,
    file: `${id}.jpg`,
    kind: 'text',
    degradation: 'fresh',
    dpi: 300,
    turn: 0,
    blank: false,
    asides: [],
  },
  ...{ bytes: Buffer.alloc(0), truth: 'abcdefghij' },
  ...rest,
})

test('a page that nobody read is all errors, and counts in each group that it belongs to', () => {
  const text = [page('a', {}), page('b', { turn: 90, colour: 'bitonal' }), page('c', { kind: 'table' })]
  const { groups, byKind } = readingOf('ours', { text, sparse: [] }, { a: 'abcdefghij', c: 'abcdefghi' })
  expect(groups.all!.cer).toBeCloseTo(11 / 30)
  expect(groups.upright).toMatchObject({ pages: 2, cer: 0.05 })
  expect(groups.turned).toMatchObject({ pages: 1, cer: 1 })
  expect(groups['one-bit']!.cer).toBe(1)
  expect(byKind.table!.cer).toBeCloseTo(0.1)
})

test('pages that nobody turned have no group of turned pages', () => {
  const { groups } = readingOf('ours', { text: [page('a', {})], sparse: [] }, {})
  expect(Object.keys(groups)).toEqual(['all', 'upright'])
})
