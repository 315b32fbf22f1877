import { readText } from './body.ts'
import type { Answer, Call } from './call.ts'
import { mayChangeRetention, readRetention } from './lock.ts'
import { findVersion } from './objects.ts'
import { Refusal } from './refusal.ts'
import { header } from './request.ts'
import { type Bucket, bucketOf, changeLock } from './store.ts'
import { fields, parseXml, textAt, xmlDocument } from './xml.ts'

function lockedBucket({ request, store }: Call): Bucket {
  const bucket = bucketOf(store, request.bucket)
  if (!bucket.settings.objectLock)
    throw new Refusal('InvalidRequest', 'Bucket is missing Object Lock Configuration')
  return bucket
}

export async function getRetention(call: Call): Promise<Answer> {
  const { retention } = findVersion(call.request, lockedBucket(call))
  if (!retention) throw new Refusal('NoSuchObjectLockConfiguration')
  return {
    xml: xmlDocument('Retention', fields({ Mode: retention.mode, RetainUntilDate: retention.until })),
  }
}

export async function putRetention(call: Call): Promise<Answer> {
  const { request, signed, now } = call
  const bucket = lockedBucket(call)
  const body = await readText(request, signed)
  const wish = body ? parseXml(body) : undefined
  const wanted = readRetention(textAt(wish, 'Mode'), textAt(wish, 'RetainUntilDate'), now)
  const bypass = header(request, 'x-amz-bypass-governance-retention') === 'true'
  return call.inTurn(`${request.bucket}/${request.key}`, async () => {
    const version = findVersion(request, bucket)
    if (!mayChangeRetention(version.retention, wanted, now, bypass))
      throw new Refusal('AccessDenied', 'Access Denied because object protected by object lock.')
    await changeLock(bucket, version, { retention: wanted })
    return {}
  })
}

export async function getLegalHold(call: Call): Promise<Answer> {
  const { legalHold } = findVersion(call.request, lockedBucket(call))
  return { xml: xmlDocument('LegalHold', fields({ Status: legalHold ? 'ON' : 'OFF' })) }
}

export async function putLegalHold(call: Call): Promise<Answer> {
  const { request, signed } = call
  const bucket = lockedBucket(call)
  const status = textAt(parseXml(await readText(request, signed)), 'Status')
  if (status !== 'ON' && status !== 'OFF') throw new Refusal('MalformedXML')
  return call.inTurn(`${request.bucket}/${request.key}`, async () => {
    await changeLock(bucket, findVersion(request, bucket), { legalHold: status === 'ON' })
    return {}
  })
}
