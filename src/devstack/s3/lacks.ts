import type { OperationName } from './router.ts'
import type { S3Request } from './request.ts'

/**
 * What a storage may lack while it says yes to everything: `conditions` are read past (Ceph RGW 16) · `locks-of-parts`: the
 * lock asked for at the start of a multipart upload is dropped (Ceph RGW 16) · `locks`: no lock is ever kept.
 */
export type Lack = 'conditions' | 'locks-of-parts' | 'locks'

const lockHeaders = /^x-amz-object-lock-/
const asking: Record<Lack, { headers: RegExp; only?: OperationName }> = {
  conditions: { headers: /^if-(none-)?match$/ },
  'locks-of-parts': { headers: lockHeaders, only: 'CreateMultipartUpload' },
  locks: { headers: lockHeaders },
}

/** The request as a storage sees it that lacks these; undefined when it answers yes and does nothing. */
export function asSeenWithout(
  lacks: readonly Lack[],
  request: S3Request,
  operation: OperationName | undefined,
): S3Request | undefined {
  const changesLock = operation === 'PutObjectRetention' || operation === 'PutObjectLegalHold'
  if (changesLock && lacks.includes('locks')) return undefined
  const unseen = lacks.map((lack) => asking[lack]).filter(({ only }) => !only || only === operation)
  const headers = Object.fromEntries(
    Object.entries(request.headers).filter(([name]) => !unseen.some(({ headers }) => headers.test(name))),
  )
  // A bucket that is to keep locks is made all the same.
  return operation === 'CreateBucket' ? request : { ...request, headers }
}
