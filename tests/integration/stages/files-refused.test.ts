import { afterAll, beforeAll, expect, test } from 'vitest'
import { dropOf, ofPatients } from './paper.ts'
import { openWorks, type Works } from './works.ts'

let works: Works
beforeAll(async () => {
  works = await openWorks()
  await works.decide(await works.patient('SP-1'), 'granted')
})
afterAll(() => works.close())

test('a file whose pages are all torn is rejected, and its batch goes on', async () => {
  const files = {
    'a.jpg': [{ torn: 'examine' as const }, { torn: 'examine' as const, text: 'two' }],
    'b.jpg': [{ text: 'fine' }],
  }
  const batch = await works.submit(
    dropOf(files, {
      ...ofPatients({ 'a.jpg': 'SP-1', 'b.jpg': 'SP-1' }),
      files: [
        { name: 'a.jpg', pages: 2 },
        { name: 'b.jpg', pages: 1 },
      ],
    }),
  )
  const [torn] = await works.files(batch)
  await works.run({ leave: ({ stage, subjectId }) => stage === 'split-pages' && subjectId === torn!.id })
  await works.run()
  expect(await works.outcome(batch)).toEqual({
    batch: 'closed',
    files: ['rejected file-unreadable', 'split'],
    documents: ['verified'],
  })
})
