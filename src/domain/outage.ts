import type { Failure } from './failure.ts'
import { failures } from './failures.ts'

/** S3's words, in kebab-case, for an account, a bucket or its room; none of them is about the object. */
const ofTheHouse: ReadonlySet<string> = new Set([
  'access-denied',
  'account-problem',
  'all-access-disabled',
  'expired-token',
  'http-401',
  'http-403',
  'invalid-access-key-id',
  'invalid-token',
  'no-such-bucket',
  'quota-exceeded',
  'signature-does-not-match',
])

/**
 * Trouble outside, which ends by itself or by somebody's care: it is waited out, however long it lasts, and is no failed
 * attempt of ours. A storage that locks us out, or is full, is such trouble: no document is to blame for it.
 */
export const isOutage = ({ code, facts }: Failure): boolean =>
  failures[code].http === 503 || (code === 'storage-refused' && ofTheHouse.has(String(facts['reason'])))
