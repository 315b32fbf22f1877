import { afterAll, beforeAll, expect, test } from 'vitest'
import { dropOf, ofPatients } from './paper.ts'
import { openWorks, type Works } from './works.ts'

let works: Works
beforeAll(async () => {
  works = await openWorks()
  await works.decide(await works.patient('SP-1'), 'granted')
})
afterAll(() => works.close())

/** The archive gives one byte wrong, so many times. */
function readWrongly(times: number): void {
  let left = times
  works.s3.setFaults(({ operation, bucket }) =>
    operation === 'GetObject' && bucket === 'archive' && left-- > 0 ? 'wrong-checksum' : undefined,
  )
}

test.each([1, 2])(
  'a deposit that is read back wrongly (%i times) is read again before it is blamed',
  async (times) => {
    const batchId = await works.submit(
      dropOf({ 'a.jpg': [{ text: `read wrongly ${times} times` }] }, ofPatients({ 'a.jpg': 'SP-1' })),
    )
    readWrongly(times)
    await works.run()
    works.s3.setFaults()
    expect((await works.outcome(batchId)).documents).toEqual(['verified'])
  },
)

test('a deposit that stays wrong is not verified', async () => {
  const batchId = await works.submit(
    dropOf({ 'a.jpg': [{ text: 'always read wrongly' }] }, ofPatients({ 'a.jpg': 'SP-1' })),
  )
  readWrongly(1_000)
  await works.run()
  works.s3.setFaults()
  expect((await works.outcome(batchId)).documents).toEqual(['failed deposit-differs'])
})
