import { expect, test } from 'vitest'
import type { Desk } from '../../../src/cli/desk.ts'
import { sayRescans } from '../../../src/cli/rescan-words.ts'
import { sayIn } from '../../../src/cli/say.ts'
import type { DocumentId } from '../../../src/domain/ids.ts'
import type { Language } from '../../../src/domain/typography.ts'

type Rescans = Parameters<typeof sayRescans>[1]
const said = (rescans: Rescans, language: Language = 'en'): string =>
  sayRescans({ language, say: sayIn(language) } as Desk, rescans).join('\n')
const page = (number: number): Rescans[number] => ({
  ...{ file: 2, page: number, documentId: 'd' as DocumentId, document: 7, faults: ['blurred', 'faint'] },
})

test('a page to scan again is named by its place on the paper, with what is wrong and what to do', () => {
  expect(said([page(12)])).toMatch(
    /^1 page to scan again\n {2}file 2, page 12 · document no. 7: blurred, ink too faint\n {2}→ /,
  )
  expect(said([page(12)], 'fr')).toMatch(
    /^1 page à numériser de nouveau\n {2}fichier 2, page 12 · document n°\s7\s: image floue, encre trop pâle\n {2}→ /,
  )
})

test('nothing is said where no page is to be scanned again', () => {
  expect(said([])).toBe('')
})

test('of many pages the first are listed, and the others counted', () => {
  const many = said(Array.from({ length: 23 }, (_, index) => page(index + 1)))
  expect(many.match(/file 2, page/g)).toHaveLength(20)
  expect(many).toContain('… and 3 more')
})
