import { readText } from './body.ts'
import type { Answer, Call } from './call.ts'
import { deleteOne } from './objects.ts'
import { Refusal } from './refusal.ts'
import type { S3Request } from './request.ts'
import { encodeStrictly } from './signature.ts'
import { type Bucket, bucketOf, type Version } from './store.ts'
import { child, element, fields, parseXml, textAt, type Xml, xmlDocument } from './xml.ts'

type Asked = { prefix: string; delimiter: string; most: number; shown: (key: string) => string }

function readAsked({ query }: S3Request): Asked {
  const most = Math.min(Number(query.get('max-keys') ?? 1000), 1000)
  if (!Number.isSafeInteger(most) || most < 0) throw new Refusal('InvalidArgument', 'max-keys')
  const encodes = query.get('encoding-type') === 'url'
  return {
    prefix: query.get('prefix') ?? '',
    delimiter: query.get('delimiter') ?? '',
    most,
    shown: encodes ? (key) => encodeStrictly(key).replaceAll('%2F', '/') : (key) => key,
  }
}

/** S3 sorts keys by their UTF-8 bytes. */
const byBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b))

/** Versions of the wanted keys in key order, newest first within a key. */
function sortedVersions(bucket: Bucket, prefix: string): Version[] {
  const keys = [...bucket.keys.keys()].filter((key) => key.startsWith(prefix)).sort(byBytes)
  return keys.flatMap((key) => bucket.keys.get(key)!)
}

type Page = { versions: Version[]; prefixes: string[]; next: Version | undefined }

/** Cuts one page; `next` is the last version of it when more follow. */
function cutPage(versions: readonly Version[], { prefix, delimiter, most }: Asked): Page {
  const page: Page = { versions: [], prefixes: [], next: undefined }
  let last: Version | undefined
  for (const version of versions) {
    const at = delimiter ? version.key.indexOf(delimiter, prefix.length) : -1
    const group = at < 0 ? undefined : version.key.slice(0, at + delimiter.length)
    if (group === undefined || group !== page.prefixes.at(-1)) {
      if (page.versions.length + page.prefixes.length >= most) return most ? { ...page, next: last } : page
      if (group === undefined) page.versions.push(version)
      else page.prefixes.push(group)
    }
    last = version
  }
  return page
}

const commonPrefixes = (page: Page, asked: Asked): Xml[] =>
  page.prefixes.map((prefix) => element('CommonPrefixes', element('Prefix', asked.shown(prefix))))

export async function listObjects({ request, store }: Call): Promise<Answer> {
  if (request.query.get('list-type') !== '2') throw new Refusal('NotImplemented', 'ListObjects version 1')
  const bucket = bucketOf(store, request.bucket)
  const asked = readAsked(request)
  const token = request.query.get('continuation-token')
  const after = token ? Buffer.from(token, 'base64url').toString('utf8') : request.query.get('start-after')
  const current = sortedVersions(bucket, asked.prefix).filter(
    (version) => bucket.keys.get(version.key)![0] === version && !version.deleted,
  )
  const page = cutPage(after ? current.filter(({ key }) => byBytes(key, after) > 0) : current, asked)
  const contents = page.versions.map((version) =>
    element(
      'Contents',
      fields({
        Key: asked.shown(version.key),
        LastModified: version.modified,
        ETag: `"${version.etag}"`,
        Size: version.bytes,
        StorageClass: 'STANDARD',
      }),
    ),
  )
  const summary = fields({
    Name: request.bucket,
    Prefix: asked.shown(asked.prefix),
    Delimiter: asked.delimiter || undefined,
    MaxKeys: asked.most,
    KeyCount: page.versions.length + page.prefixes.length,
    EncodingType: request.query.get('encoding-type'),
    ContinuationToken: token,
    StartAfter: request.query.get('start-after'),
    IsTruncated: page.next !== undefined,
    NextContinuationToken: page.next && Buffer.from(page.next.key).toString('base64url'),
  })
  return { xml: xmlDocument('ListBucketResult', summary, contents, commonPrefixes(page, asked)) }
}

export async function listVersions({ request, store }: Call): Promise<Answer> {
  const bucket = bucketOf(store, request.bucket)
  const asked = readAsked(request)
  const { query } = request
  const page = cutPage(
    afterMarkers(
      sortedVersions(bucket, asked.prefix),
      query.get('key-marker'),
      query.get('version-id-marker'),
    ),
    asked,
  )
  const entries = page.versions.map((version) =>
    element(
      version.deleted ? 'DeleteMarker' : 'Version',
      fields({
        Key: asked.shown(version.key),
        VersionId: version.versionId,
        IsLatest: bucket.keys.get(version.key)?.[0] === version,
        LastModified: version.modified,
        ...(version.deleted
          ? {}
          : { ETag: `"${version.etag}"`, Size: version.bytes, StorageClass: 'STANDARD' }),
      }),
    ),
  )
  const summary = fields({
    Name: request.bucket,
    Prefix: asked.shown(asked.prefix),
    Delimiter: asked.delimiter || undefined,
    MaxKeys: asked.most,
    EncodingType: query.get('encoding-type'),
    KeyMarker: query.get('key-marker') ?? '',
    VersionIdMarker: query.get('version-id-marker') ?? '',
    IsTruncated: page.next !== undefined,
    NextKeyMarker: page.next && asked.shown(page.next.key),
    NextVersionIdMarker: page.next?.versionId,
  })
  return { xml: xmlDocument('ListVersionsResult', summary, entries, commonPrefixes(page, asked)) }
}

/** What follows the markers, also when the version that they name was deleted since. */
function afterMarkers(
  versions: readonly Version[],
  key: string | undefined,
  versionId: string | undefined,
): readonly Version[] {
  if (!key) return versions
  const marked = versions.findIndex((one) => one.key === key && one.versionId === versionId)
  if (marked >= 0) return versions.slice(marked + 1)
  return versions.filter((one) => byBytes(one.key, key) > (versionId ? -1 : 0))
}

/** DeleteObjects: each key succeeds or is refused by itself. */
export async function deleteObjects(call: Call): Promise<Answer> {
  const { request, signed, store } = call
  const bucket = bucketOf(store, request.bucket)
  const announced = Object.keys(request.headers).some((name) => /^(content-md5|x-amz-checksum-)/.test(name))
  if (!announced && !request.headers['x-amz-trailer'])
    throw new Refusal('InvalidRequest', 'Missing required header for this request: Content-MD5')
  const wanted = parseXml(await readText(request, signed))
  const objects = wanted.children.filter((one) => one.name === 'Object')
  if (objects.length === 0 || objects.length > 1000) throw new Refusal('MalformedXML')
  const quiet = textAt(wanted, 'Quiet') === 'true'
  const results: Xml[] = []
  for (const object of objects) {
    // A key may begin or end with a blank: taken as it is.
    const Key = child(object, 'Key')?.text ?? ''
    const VersionId = textAt(object, 'VersionId') || undefined
    try {
      const { versionId, marker } = await deleteOne(call, bucket, Key, VersionId)
      const DeleteMarker = marker || undefined
      const DeleteMarkerVersionId = marker ? versionId : undefined
      if (!quiet)
        results.push(element('Deleted', fields({ Key, VersionId, DeleteMarker, DeleteMarkerVersionId })))
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      results.push(element('Error', fields({ Key, VersionId, Code: error.code, Message: error.message })))
    }
  }
  return { xml: xmlDocument('DeleteResult', results) }
}
