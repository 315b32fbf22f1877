import { afterAll, beforeAll, expect, test } from 'vitest'
import { Failure } from '../../../src/domain/failure.ts'
import { rejectFile } from '../../../src/stages/split-pages.ts'
import type { StageContext } from '../../../src/stages/stage.ts'
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

test('a file of which two pages fail at the same moment is rejected once', async () => {
  const batch = await works.submit(
    dropOf({ 'c.jpg': [{ text: 'three' }, { text: 'four' }] }, ofPatients({ 'c.jpg': 'SP-1' })),
  )
  const [file] = await works.files(batch)
  const context = { actor: 'stage.examine-page', orderId: file!.id } as Partial<StageContext> as StageContext
  const begun: (() => void)[] = []
  const reject = () =>
    works.records(async (records) => {
      await new Promise<void>((go) => {
        if (begun.push(go) === 2) for (const one of begun) one()
      })
      await rejectFile(file!.id, new Failure('file-unreadable'), records, context)
    })
  await Promise.all([reject(), reject()])
  expect((await works.events({ batchId: batch })).filter((type) => type === 'file-rejected')).toHaveLength(1)
})
