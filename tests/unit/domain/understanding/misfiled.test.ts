import { expect, test } from 'vitest'
import { drawDocuments } from '../../../bench/misfiled/documents.ts'
import { judge, noisyReader } from '../../../bench/misfiled/judge.ts'
import { createTextSheet } from '../../../bench/misfiled/text-sheet.ts'
import { documentTypes } from './pages.ts'

test('of sixty documents, read with noise, every page in the wrong file that says whose it is is found, and none is held without need', async () => {
  const drawn = { count: 60, foreign: 12, drawing: 'identified' } as const
  const documents = drawDocuments(drawn, 'sixty', createTextSheet)
  const { found, missed, falseHolds, characterErrorRate } = await judge(
    documents,
    noisyReader('sixty'),
    documentTypes,
  )
  expect(characterErrorRate).toBeGreaterThan(0.01)
  const surelyNamed = missed.filter(({ carried }) => carried === 'nir' || carried === 'name-and-birth-date')
  expect({ surelyNamed, falseHolds }).toEqual({ surelyNamed: [], falseHolds: [] })
  expect(found).toBeGreaterThan(0)
}, 30_000)
