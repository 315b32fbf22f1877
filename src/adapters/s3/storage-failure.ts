import { Failure } from '../../domain/failure.ts'

type SdkError = Error & { Code?: string; code?: string; $metadata?: { httpStatusCode?: number } }

/** Codes that ask for patience, whatever their status. */
const patience = new Set([
  'conditional-request-conflict',
  // Another try finished it, or the storage gave it up: the next one begins anew.
  'no-such-upload',
  'operation-aborted',
  'request-time-too-skewed',
  'request-timeout',
  'slow-down',
  'throttling',
  'too-many-requests',
])

export const statusOf = (error: unknown): number | undefined =>
  (error as SdkError | undefined)?.$metadata?.httpStatusCode

/**
 * An error of the S3 client as a failure. No answer, 5xx and throttling: `storage-away`. Any other refusal:
 * `storage-refused`, with the S3 code in kebab-case as `reason`. The message may name a key, so it does not pass.
 */
export function storageFailure(error: unknown): Failure {
  if (error instanceof Failure) return error
  const status = statusOf(error)
  const reason = reasonOf(error as SdkError, status)
  // Without a status there was no answer; below 300 there was one that broke off. 3xx: another region's bucket.
  const isAway =
    status === undefined || status < 300 || status >= 500 || status === 429 || patience.has(reason)
  return new Failure(isAway ? 'storage-away' : 'storage-refused', { reason }, { cause: error })
}

function reasonOf(error: SdkError | undefined, status: number | undefined): string {
  const code = status === undefined ? (error?.code ?? error?.name) : (error?.Code ?? error?.name)
  const isNamed = code && /^[A-Za-z][\w.]{2,63}$/.test(code) && !/^(Error|Unknown|UnknownError)$/.test(code)
  return isNamed ? kebabCase(code) : status === undefined ? 'no-answer' : `http-${status}`
}

/** `NoSuchBucket` → `no-such-bucket`, `ECONNREFUSED` → `econnrefused`, `XAmzContentSHA256Mismatch` → `x-amz-content-sha256-mismatch`. */
export const kebabCase = (code: string): string =>
  code
    .replace(/([a-z\d])([A-Z])/g, '$1-$2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1-$2')
    .replace(/[._]+/g, '-')
    .toLowerCase()

const wrongDigests = new Set(['bad-digest', 'x-amz-content-sha256-mismatch', 'incomplete-body'])

/** What was refused for its digest, though that is right here, was changed on its way: it is worth trying again. */
export function changedOnItsWay(error: unknown, isRightHere: () => boolean): unknown {
  const { reason } = storageFailure(error).facts
  if (!wrongDigests.has(String(reason)) || !isRightHere()) return error
  return new Failure('storage-away', { reason: reason! }, { cause: error })
}

export async function inOurWords<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    throw storageFailure(error)
  }
}
