import { readText } from './body.ts'
import type { Answer, Call } from './call.ts'
import { type DefaultRetention, isLockMode } from './lock.ts'
import { Refusal } from './refusal.ts'
import { header } from './request.ts'
import { bucketOf, changeBucket, createBucket, removeBucket } from './store.ts'
import { child, element, fields, parseXml, textAt, xmlDocument } from './xml.ts'

export async function listBuckets({ store }: Call): Promise<Answer> {
  const buckets = [...store.buckets.values()].map(({ settings }) =>
    element('Bucket', fields({ Name: settings.name, CreationDate: settings.createdAt })),
  )
  const owner = element('Owner', fields({ ID: 'development', DisplayName: 'development' }))
  return { xml: xmlDocument('ListAllMyBucketsResult', owner, element('Buckets', buckets)) }
}

export async function makeBucket(call: Call): Promise<Answer> {
  const { request, signed, store, now } = call
  await readText(request, signed)
  const name = request.bucket
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name)) throw new Refusal('InvalidBucketName')
  const objectLock = header(request, 'x-amz-bucket-object-lock-enabled') === 'true'
  return call.inTurn(name, async () => {
    if (store.buckets.has(name)) throw new Refusal('BucketAlreadyOwnedByYou')
    const versioning = objectLock ? 'on' : 'off'
    await createBucket(store, { name, createdAt: now.toISOString(), versioning, objectLock })
    return { headers: { location: `/${name}` } }
  })
}

export async function headBucket({ request, store }: Call): Promise<Answer> {
  bucketOf(store, request.bucket)
  return { headers: { 'x-amz-bucket-region': 'development' } }
}

export async function deleteBucket({ request, store }: Call): Promise<Answer> {
  const bucket = bucketOf(store, request.bucket)
  if (bucket.keys.size > 0) throw new Refusal('BucketNotEmpty')
  await removeBucket(store, bucket)
  return { status: 204 }
}

export async function getBucketLocation({ request, store }: Call): Promise<Answer> {
  bucketOf(store, request.bucket)
  return { xml: xmlDocument('LocationConstraint') }
}

export async function getBucketVersioning({ request, store }: Call): Promise<Answer> {
  const { versioning } = bucketOf(store, request.bucket).settings
  const Status = { off: undefined, on: 'Enabled', suspended: 'Suspended' }[versioning]
  return { xml: xmlDocument('VersioningConfiguration', fields({ Status })) }
}

export async function putBucketVersioning({ request, signed, store }: Call): Promise<Answer> {
  const bucket = bucketOf(store, request.bucket)
  const status = textAt(parseXml(await readText(request, signed)), 'Status')
  if (status !== 'Enabled' && status !== 'Suspended') throw new Refusal('MalformedXML')
  if (status === 'Suspended' && bucket.settings.objectLock)
    throw new Refusal('InvalidBucketState', 'An Object Lock configuration is present on this bucket')
  await changeBucket(store, bucket, { versioning: status === 'Enabled' ? 'on' : 'suspended' })
  return {}
}

export async function getObjectLockConfiguration({ request, store }: Call): Promise<Answer> {
  const { objectLock, defaultRetention } = bucketOf(store, request.bucket).settings
  if (!objectLock) throw new Refusal('ObjectLockConfigurationNotFoundError')
  const rule =
    defaultRetention &&
    element(
      'Rule',
      element('DefaultRetention', fields({ Mode: defaultRetention.mode, Days: defaultRetention.days })),
    )
  return { xml: xmlDocument('ObjectLockConfiguration', element('ObjectLockEnabled', 'Enabled'), rule) }
}

export async function putObjectLockConfiguration({ request, signed, store }: Call): Promise<Answer> {
  const bucket = bucketOf(store, request.bucket)
  const wanted = parseXml(await readText(request, signed))
  if (textAt(wanted, 'ObjectLockEnabled') !== 'Enabled') throw new Refusal('MalformedXML')
  if (bucket.settings.versioning !== 'on')
    throw new Refusal('InvalidBucketState', 'Versioning must be enabled on the bucket')
  const standard = child(child(wanted, 'Rule'), 'DefaultRetention')
  const defaultRetention = standard && readDefault(textAt(standard, 'Mode'), standard)
  await changeBucket(store, bucket, { objectLock: true, defaultRetention })
  return {}
}

function readDefault(mode: string | undefined, standard: Parameters<typeof textAt>[0]): DefaultRetention {
  const days = Number(textAt(standard, 'Days') ?? 0) + 365 * Number(textAt(standard, 'Years') ?? 0)
  if (!isLockMode(mode) || !Number.isSafeInteger(days) || days < 1) throw new Refusal('MalformedXML')
  return { mode, days }
}
