import { expect, test } from 'vitest'
import { explain } from '../../../src/domain/failure.ts'

test.each([
  'documents missing',
  'documents not-with-cover-sheets',
  'coverSheets not-without-cover-sheets',
  'files[1].name named-twice',
  'documents[0].file not-in-files',
  'documents[0].from not-with-one-per-file',
  'documents[0].to beyond-file',
  'documents[0].to before-from',
  'documents[0] overlap',
])('a folder that is given back tells the place and the meaning of: %s', (fault) => {
  const [place, code] = fault.split(' ') as [string, string]
  for (const language of ['fr', 'en'] as const) {
    const { what } = explain('manifest-invalid', language, { count: 1, faults: `${place}: ${code}` })
    expect(what).toContain(place)
    expect(what, language).not.toContain(`: ${code}.`)
  }
})
