import { expect, test } from 'vitest'
import { answerOf } from '../../../src/commands/inbox-answer.ts'
import { Failure } from '../../../src/domain/failure.ts'

test('a note beside a batch that was dropped before names the first, and no state by its code', () => {
  const failure = new Failure('batch-duplicate', { batchId: 'b-1', state: 'closed' })
  const { text } = answerOf([{ failure }], 'fr')
  expect(text).toContain('b-1')
  expect(text).not.toContain('closed')
})
