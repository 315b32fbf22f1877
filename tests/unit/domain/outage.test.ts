import { expect, test } from 'vitest'
import { Failure } from '../../../src/domain/failure.ts'
import { isOutage } from '../../../src/domain/outage.ts'

test.each(['access-denied', 'quota-exceeded', 'no-such-bucket', 'invalid-access-key-id'])(
  'a storage that answers %s is waited for: no document is to blame',
  (reason) => {
    expect(isOutage(new Failure('storage-refused', { reason }))).toBe(true)
  },
)

test('a storage that does not answer is waited for', () => {
  expect(isOutage(new Failure('storage-away', { reason: 'no-answer' }))).toBe(true)
})

test.each(['bad-digest', 'entity-too-large', 'object-lock-not-kept'])(
  'an object that a storage refuses as %s is not sent for ever',
  (reason) => {
    expect(isOutage(new Failure('storage-refused', { reason }))).toBe(false)
  },
)

test('a file that cannot be read is no outage', () => {
  expect(isOutage(new Failure('file-unreadable'))).toBe(false)
})
