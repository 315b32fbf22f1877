import { expect, test } from 'vitest'
import { remedyOf, type Whereabouts } from '../../../src/domain/trouble.ts'

const remedy = (more: Partial<Whereabouts>) =>
  remedyOf({
    ...{ stage: 'seal-document', state: 'failed', code: 'unexpected', documentState: 'failed' },
    ...{ batchState: 'composed', batchReason: null, isBatchClosed: false },
    ...more,
  })

test.each<[string, Partial<Whereabouts>, string]>([
  ['what is tried again by itself is waited for', { state: 'retrying' }, 'wait'],
  ['a failed document is taken up again', {}, 'document'],
  ['and so is that of a failed page', { stage: 'recognise-page' }, 'document'],
  ['a document that was rejected since is history', { documentState: 'rejected' }, 'none'],
  [
    'a batch that its failed stage holds is released',
    { stage: 'compose-documents', batchState: 'held', batchReason: 'unexpected' },
    'batch',
  ],
  [
    'a batch that people must answer for is not',
    { stage: 'compose-documents', batchState: 'held', batchReason: 'counts-do-not-reconcile' },
    'none',
  ],
  [
    'the closing of a rejected batch is ordered anew',
    { stage: 'close-batch', batchState: 'rejected' },
    'order',
  ],
  ['staging that could not be deleted is, again', { stage: 'destroy-staging', isBatchClosed: true }, 'order'],
  ['a file that could not be read is scanned again', { stage: 'split-pages', documentState: null }, 'scan'],
  ['and so is that of a page', { stage: 'examine-page', documentState: null }, 'scan'],
  ['a closed batch has no failures left', { stage: 'split-pages', isBatchClosed: true }, 'none'],
])('%s', (_, more, expected) => {
  expect(remedy(more)).toBe(expected)
})
