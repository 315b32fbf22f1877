import { randomBytes } from 'node:crypto'
import { receiveBody } from './body.ts'
import type { Answer, Call } from './call.ts'
import { mayDeleteVersion, readRetention, retentionByDefault } from './lock.ts'
import { Refusal } from './refusal.ts'
import { header, type S3Request } from './request.ts'
import {
  type Bucket,
  bucketOf,
  commitVersion,
  dropFile,
  newFile,
  pathOf,
  removeVersion,
  type Version,
} from './store.ts'

const keptHeaders = ['content-type', 'cache-control', 'content-disposition', 'content-language', 'expires']

/** What a put says about the object beside its bytes: headers to give back, and its lock. */
export type Wishes = Pick<Version, 'headers' | 'retention' | 'legalHold'>

export function readWishes({ request, now }: Call, bucket: Bucket): Wishes {
  const mode = header(request, 'x-amz-object-lock-mode')
  const until = header(request, 'x-amz-object-lock-retain-until-date')
  const hold = header(request, 'x-amz-object-lock-legal-hold')
  if ((mode || until || hold) && !bucket.settings.objectLock)
    throw new Refusal('InvalidRequest', 'Bucket is missing Object Lock Configuration')
  const headers = Object.fromEntries(
    Object.entries(request.headers).filter(
      ([name]) => keptHeaders.includes(name) || name.startsWith('x-amz-meta-'),
    ) as [string, string][],
  )
  const encoding = (header(request, 'content-encoding') ?? '').replace(/,?\s*aws-chunked/, '')
  if (encoding) headers['content-encoding'] = encoding
  return {
    headers,
    retention: readRetention(mode, until, now) ?? retentionByDefault(bucket.settings.defaultRetention, now),
    legalHold: hold === 'ON',
  }
}

/** Uploads that will be locked must carry a digest, as S3 demands. */
export function requireDigest(request: S3Request, locked: boolean): void {
  const announced = Object.keys(request.headers).some(
    (name) => name === 'content-md5' || /^x-amz-checksum-(crc|sha)/.test(name),
  )
  if (locked && !announced && !(header(request, 'x-amz-trailer') ?? '').includes('x-amz-checksum-'))
    throw new Refusal(
      'InvalidRequest',
      'Content-MD5 OR x-amz-checksum- HTTP header is required for Put requests with Object Lock parameters',
    )
}

export async function putObject(call: Call): Promise<Answer> {
  const { request, signed, store } = call
  if (request.headers['x-amz-copy-source']) throw new Refusal('NotImplemented', 'CopyObject')
  const bucket = bucketOf(store, request.bucket)
  const wishes = readWishes(call, bucket)
  requireDigest(request, wishes.retention !== undefined || wishes.legalHold)
  checkWriteConditions(request, bucket)
  const file = await newFile(bucket)
  try {
    const received = await receiveBody(request, signed, pathOf(bucket, file), store.durable)
    const { bytes, md5, checksums } = received
    const version = await commitObject(call, bucket, {
      ...wishes,
      file,
      bytes,
      etag: md5,
      checksums,
      checksumType: 'FULL_OBJECT',
    })
    return { headers: { ...identity(version), ...checksumHeaders(version) } }
  } catch (error) {
    await dropFile(bucket, file)
    throw error
  }
}

/** The conditions are checked again in the key's turn: of two puts that race, one is refused. */
export function commitObject(
  call: Call,
  bucket: Bucket,
  object: Omit<Version, 'key' | 'versionId' | 'sequence' | 'deleted' | 'modified'>,
): Promise<Version> {
  const { key } = call.request
  return call.inTurn(`${bucket.settings.name}/${key}`, async () => {
    checkWriteConditions(call.request, bucket)
    const version = { ...object, ...nextVersion(call, bucket), key, deleted: false }
    await commitVersion(bucket, version)
    return version
  })
}

const nextVersion = ({ now }: Call, bucket: Bucket) => ({
  versionId: bucket.settings.versioning === 'on' ? randomBytes(16).toString('hex') : 'null',
  sequence: ++bucket.sequence,
  modified: now.toISOString(),
})

export function checkWriteConditions(request: S3Request, bucket: Bucket): void {
  const current = bucket.keys.get(request.key)?.[0]
  const there = current && !current.deleted
  const absent = header(request, 'if-none-match')
  if (absent !== undefined && absent !== '*')
    throw new Refusal('NotImplemented', 'If-None-Match takes only *')
  if (absent && there) throw new Refusal('PreconditionFailed')
  const match = header(request, 'if-match')
  if (match !== undefined && !there) throw new Refusal('NoSuchKey')
  if (match !== undefined && unquoted(match) !== current!.etag) throw new Refusal('PreconditionFailed')
}

export const unquoted = (etag: string): string => etag.replace(/^(W\/)?"|"$/g, '')

/** Finds what a request names: the current version, or the one whose id it gives. */
export function findVersion(request: S3Request, bucket: Bucket): Version {
  const versions = bucket.keys.get(request.key) ?? []
  const versionId = request.query.get('versionId')
  if (versionId === undefined) {
    const current = versions[0]
    if (current && !current.deleted) return current
    throw new Refusal('NoSuchKey', 'NoSuchKey', current ? deletedHeaders(current) : {})
  }
  const version = versions.find((one) => one.versionId === versionId)
  if (!version) throw new Refusal('NoSuchVersion')
  if (version.deleted) throw new Refusal('MethodNotAllowed', 'A delete marker', deletedHeaders(version))
  return version
}

const deletedHeaders = ({ versionId }: Version) => ({
  'x-amz-delete-marker': 'true',
  'x-amz-version-id': versionId,
})

export const identity = (version: Version): Record<string, string> => ({
  etag: `"${version.etag}"`,
  ...(version.versionId === 'null' ? {} : { 'x-amz-version-id': version.versionId }),
})

export const checksumHeaders = (version: Version): Record<string, string> => ({
  ...Object.fromEntries(
    Object.entries(version.checksums).map(([name, value]) => [`x-amz-checksum-${name}`, value]),
  ),
  ...(Object.keys(version.checksums).length > 0 ? { 'x-amz-checksum-type': version.checksumType } : {}),
})

export type Deletion = { readonly versionId: string | undefined; readonly marker: boolean }

/** Deletes one key (a marker on top, where there are versions) or one version for good. @throws Refusal AccessDenied */
export function deleteOne(
  call: Call,
  bucket: Bucket,
  key: string,
  versionId: string | undefined,
): Promise<Deletion> {
  const bypass = header(call.request, 'x-amz-bypass-governance-retention') === 'true'
  return call.inTurn(`${bucket.settings.name}/${key}`, async () => {
    const versions = bucket.keys.get(key) ?? []
    if (versionId === undefined && bucket.settings.versioning !== 'off') {
      const marker = { ...deleteMarker, ...nextVersion(call, bucket), key }
      await commitVersion(bucket, marker)
      return { versionId: marker.versionId, marker: true }
    }
    const version = versions.find((one) => one.versionId === (versionId ?? 'null'))
    if (!version) return { versionId, marker: false }
    if (!mayDeleteVersion(version, call.now, bypass))
      throw new Refusal('AccessDenied', 'Access Denied because object protected by object lock.')
    await removeVersion(bucket, version)
    return { versionId, marker: version.deleted }
  })
}

const deleteMarker: Omit<Version, 'key' | 'versionId' | 'sequence' | 'modified'> = {
  file: '',
  deleted: true,
  bytes: 0,
  etag: '',
  headers: {},
  checksums: {},
  checksumType: 'FULL_OBJECT',
  legalHold: false,
}

export async function deleteObject(call: Call): Promise<Answer> {
  const { request, store } = call
  const bucket = bucketOf(store, request.bucket)
  const { versionId, marker } = await deleteOne(call, bucket, request.key, request.query.get('versionId'))
  return {
    status: 204,
    headers: {
      ...(marker ? { 'x-amz-delete-marker': 'true' } : {}),
      ...(versionId ? { 'x-amz-version-id': versionId } : {}),
    },
  }
}
