import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { dropOf, ofPatients } from './paper.ts'
import { openWorks, type Works } from './works.ts'

let works: Works
beforeAll(async () => {
  works = await openWorks()
  for (const [fileNumber, status] of [
    ['SP-1', 'granted'],
    ['SP-2', 'granted'],
    ['SP-3', 'refused'],
  ] as const)
    await works.decide(await works.patient(fileNumber), status)
})
afterAll(() => works.close())

let marks = 0
/** Two sides of their own, so that no two batches are the same. */
const sides = (text = '') => [{ text: `${text} ${++marks}` }, { blank: true as const }]

describe('a batch in any order of work', () => {
  test.each([1, 2, 3, 4, 5, 6])('ends the same, worked in order %i', async (seed) => {
    const batch = await works.submit(
      dropOf(
        { 'a.jpg': sides(), 'b.jpg': sides(), 'c.jpg': sides(), 'd.jpg': 'file-truncated' },
        {
          expected: { folders: 0, documents: 4, pages: 6 },
          ...ofPatients({ 'a.jpg': 'SP-1', 'b.jpg': 'SP-2', 'c.jpg': 'SP-3', 'd.jpg': 'SP-1' }),
        },
      ),
    )
    let orders = 0
    await works.run({ seed, afterRun: () => (++orders % 3 === 0 ? 'crash' : undefined) })
    expect(await works.outcome(batch)).toEqual({
      batch: 'closed',
      files: ['split', 'split', 'split', 'rejected file-truncated'],
      documents: ['verified', 'verified', 'refused consent-refused'],
    })
    expect(await works.staged(batch)).toEqual([])
  })
})
