import { expect, test } from 'vitest'
import { openProgress } from '../../../src/cli/progress.ts'

function screen(isTTY: boolean) {
  const written: string[] = []
  return { written, stream: { isTTY, columns: 60, write: (text: string) => written.push(text) > 0 } }
}

test('writes plain lines where there is no terminal: the first, then one every five seconds, then the last', () => {
  const { written, stream } = screen(false)
  let now = 0
  const progress = openProgress(stream, 'Lot', () => now)
  for (const at of [0, 1_000, 4_999, 5_000, 9_000]) {
    now = at
    progress.at(at / 1000, 10)
  }
  progress.end()
  expect(written).toEqual(['Lot 0/10\n', 'Lot 5/10\n', 'Lot 9/10\n'])
})

test('draws over the same line of a terminal, never wider than it', () => {
  const { written, stream } = screen(true)
  const progress = openProgress(stream, 'Lot', () => 0)
  progress.at(5, 10, 'x'.repeat(100))
  progress.end()
  expect(written[0]).toMatch(/^\rLot █{12}░{12} 5\/10 · x+\u001b\[K$/)
  expect([...written[0]!.replace('\r', '').replace('\u001b[K', '')].length).toBeLessThan(60)
  expect(written.at(-1)).toBe('\n')
})

test('says nothing when nothing was done', () => {
  const { written, stream } = screen(true)
  openProgress(stream, 'Lot').end()
  expect(written).toEqual([])
})
