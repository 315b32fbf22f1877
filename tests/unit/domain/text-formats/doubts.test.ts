import fc from 'fast-check'
import { expect, test } from 'vitest'
import { doubts } from '../../../../src/domain/text-formats/doubts.ts'
import { WordsInFile } from '../../../../src/domain/correction-words.ts'
import { alto } from '../../../../src/domain/text-formats/alto.ts'
import { anyPages, lineOf, pageOf, word, written } from './pages.ts'

type Listed = { document: string; words: { page: number; place: string; is: string }[] }
const listed = async (...page: Parameters<typeof written>[1]) =>
  JSON.parse(await written(doubts, page)) as Listed

test('lists lines with doubtful words and what was not read, with where they stand', async () => {
  const line = {
    ...lineOf([], 0, 40),
    words: [word('Apte', 0, 40), word('s0us', 100, 40, { doubtful: true })],
  }
  const regions = [{ box: { x0: 0, y0: 80, x1: 160, y1: 100 }, is: 'unread' as const }]
  expect(
    await listed(pageOf([]), pageOf([lineOf(['Avis']), line], { regions }), pageOf([lineOf(['a'])])),
  ).toEqual({
    document: 'document-1',
    words: [
      {
        page: 2,
        place: 'line_2_1_2',
        is: 'doubtful',
        box: [0, 40, 180, 60],
        read: 'Apte s0us',
        doubts: ['s0us'],
      },
      { page: 2, place: 'unread_2_1', is: 'unread', box: [0, 80, 160, 100] },
    ],
  })
})

test('is JSON that a correction may be, its places those of ALTO, whatever was recognised', async () => {
  await fc.assert(
    fc.asyncProperty(anyPages, async (pages) => {
      const { words } = await listed(...pages)
      expect(WordsInFile.safeParse(words).success).toBe(true)
      const xml = await written(alto, pages)
      for (const { place } of words) expect(xml).toContain(` ID="${place}" `)
      expect(words.filter(({ is }) => is === 'unread')).toHaveLength(xml.match(/TYPE="unread"/g)?.length ?? 0)
    }),
    { numRuns: 50 },
  )
})
