import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { readText, receiveBody } from './body.ts'
import type { Answer, Call } from './call.ts'
import { isChecksumName, startChecksum } from './checksums.ts'
import {
  checksumHeaders,
  checkWriteConditions,
  commitObject,
  identity,
  readWishes,
  requireDigest,
  unquoted,
} from './objects.ts'
import { Refusal } from './refusal.ts'
import { header, type S3Request } from './request.ts'
import { type Bucket, bucketOf, dropFile, newFile, pathOf, type Version } from './store.ts'
import {
  dropUpload,
  findUpload,
  listUploads,
  newPartFile,
  type Part,
  partPath,
  partsOf,
  savePart,
  startUpload,
  type Upload,
} from './uploads.ts'
import { element, fields, parseXml, textAt, xmlDocument } from './xml.ts'

const smallestPart = 5 * 1024 ** 2

async function uploadOf({ request, store }: Call): Promise<{ bucket: Bucket; upload: Upload }> {
  const bucket = bucketOf(store, request.bucket)
  return { bucket, upload: await findUpload(bucket, request.query.get('uploadId') ?? '', request.key) }
}

export async function createUpload(call: Call): Promise<Answer> {
  const { request, store, now } = call
  const bucket = bucketOf(store, request.bucket)
  const algorithm = header(request, 'x-amz-checksum-algorithm')?.toLowerCase()
  if (algorithm !== undefined && !isChecksumName(algorithm)) throw new Refusal('InvalidRequest', 'Checksum')
  const whole =
    algorithm === 'crc64nvme' || header(request, 'x-amz-checksum-type')?.toUpperCase() === 'FULL_OBJECT'
  const upload = await startUpload(bucket, {
    key: request.key,
    startedAt: now.toISOString(),
    wishes: readWishes(call, bucket),
    algorithm,
    checksumType: whole ? 'FULL_OBJECT' : 'COMPOSITE',
  })
  const names = fields({ Bucket: request.bucket, Key: request.key, UploadId: upload.id })
  return {
    xml: xmlDocument('InitiateMultipartUploadResult', names),
    headers: algorithm
      ? { 'x-amz-checksum-algorithm': algorithm.toUpperCase(), 'x-amz-checksum-type': upload.checksumType }
      : {},
  }
}

export async function uploadPart(call: Call): Promise<Answer> {
  const { request, signed, store, now } = call
  const { bucket, upload } = await uploadOf(call)
  const number = Number(request.query.get('partNumber'))
  if (!Number.isInteger(number) || number < 1 || number > 10_000)
    throw new Refusal('InvalidArgument', 'partNumber')
  requireDigest(request, upload.wishes.retention !== undefined || upload.wishes.legalHold)
  const file = newPartFile(number)
  const received = await receiveBody(request, signed, partPath(bucket, upload, file), store.durable)
  const part: Part = { ...received, number, file, modified: now.toISOString() }
  await savePart(bucket, upload, part)
  return {
    headers: {
      etag: `"${part.md5}"`,
      ...Object.fromEntries(
        Object.entries(part.checksums).map(([name, value]) => [`x-amz-checksum-${name}`, value]),
      ),
    },
  }
}

export async function completeUpload(call: Call): Promise<Answer> {
  const { request, signed } = call
  const { bucket, upload } = await uploadOf(call)
  const parts = chosenParts(await readText(request, signed), await partsOf(bucket, upload))
  checkWriteConditions(request, bucket)
  const file = await newFile(bucket)
  try {
    const joined = await joinParts(call, bucket, upload, parts, pathOf(bucket, file))
    const version = await commitObject(call, bucket, { ...upload.wishes, ...joined, file })
    await dropUpload(bucket, upload)
    return {
      headers: identity(version),
      xml: xmlDocument(
        'CompleteMultipartUploadResult',
        fields({ Bucket: request.bucket, Key: request.key, ETag: `"${version.etag}"` }),
        fields(checksumFields(version)),
      ),
    }
  } catch (error) {
    await dropFile(bucket, file)
    throw error
  }
}

const checksumFields = (version: Version) => ({
  ...Object.fromEntries(
    Object.entries(version.checksums).map(([name, value]) => [`Checksum${name.toUpperCase()}`, value]),
  ),
  ChecksumType: checksumHeaders(version)['x-amz-checksum-type'],
})

/** The parts that the client names, in its order, which must rise; each but the last of 5 MiB at least. */
function chosenParts(xml: string, stored: ReadonlyMap<number, Part>): Part[] {
  const wanted = parseXml(xml).children.filter((one) => one.name === 'Part')
  if (wanted.length === 0) throw new Refusal('MalformedXML')
  const numbers = wanted.map((one) => Number(textAt(one, 'PartNumber')))
  if (numbers.some((number, index) => index > 0 && number <= numbers[index - 1]!))
    throw new Refusal('InvalidPartOrder')
  return wanted.map((one, index) => {
    const part = stored.get(numbers[index]!)
    if (!part || part.md5 !== unquoted(textAt(one, 'ETag') ?? '')) throw new Refusal('InvalidPart')
    for (const [name, value] of Object.entries(part.checksums))
      if ((textAt(one, `Checksum${name.toUpperCase()}`) ?? value) !== value) throw new Refusal('InvalidPart')
    if (index < wanted.length - 1 && part.bytes < smallestPart) throw new Refusal('EntityTooSmall')
    return part
  })
}

async function joinParts(
  { request, store }: Call,
  bucket: Bucket,
  upload: Upload,
  parts: readonly Part[],
  target: string,
): Promise<Pick<Version, 'bytes' | 'etag' | 'checksums' | 'checksumType'>> {
  const { algorithm, checksumType } = upload
  const whole = algorithm && checksumType === 'FULL_OBJECT' ? startChecksum(algorithm) : undefined
  const handle = await open(target, 'wx')
  try {
    for (const part of parts)
      for await (const chunk of createReadStream(partPath(bucket, upload, part.file))) {
        whole?.update(chunk as Buffer)
        await handle.appendFile(chunk as Buffer)
      }
    if (store.durable) await handle.datasync()
  } finally {
    await handle.close()
  }
  const bytes = parts.reduce((sum, part) => sum + part.bytes, 0)
  const md5s = Buffer.concat(parts.map((part) => Buffer.from(part.md5, 'hex')))
  const etag = `${createHash('md5').update(md5s).digest('hex')}-${parts.length}`
  const checksum = whole ? whole.digest().toString('base64') : compositeChecksum(upload, parts)
  checkAnnounced(request, algorithm, checksum)
  return { bytes, etag, checksumType, checksums: algorithm && checksum ? { [algorithm]: checksum } : {} }
}

/** The checksum of the parts' checksums, with their count. */
function compositeChecksum({ algorithm }: Upload, parts: readonly Part[]): string | undefined {
  if (!algorithm) return undefined
  const running = startChecksum(algorithm)
  for (const part of parts) {
    const checksum = part.checksums[algorithm]
    if (!checksum) throw new Refusal('InvalidPart', 'A part has no checksum')
    running.update(Buffer.from(checksum, 'base64'))
  }
  return `${running.digest().toString('base64')}-${parts.length}`
}

function checkAnnounced(
  request: S3Request,
  algorithm: string | undefined,
  checksum: string | undefined,
): void {
  const announced = algorithm && header(request, `x-amz-checksum-${algorithm}`)
  if (announced && announced.replace(/-\d+$/, '') !== checksum?.replace(/-\d+$/, ''))
    throw new Refusal('BadDigest')
}

export async function abortUpload(call: Call): Promise<Answer> {
  const { bucket, upload } = await uploadOf(call)
  await dropUpload(bucket, upload)
  return { status: 204 }
}

export async function listParts(call: Call): Promise<Answer> {
  const { request } = call
  const { bucket, upload } = await uploadOf(call)
  const after = Number(request.query.get('part-number-marker') ?? 0)
  const most = Math.min(Number(request.query.get('max-parts') ?? 1000), 1000)
  const all = [...(await partsOf(bucket, upload)).values()].filter((part) => part.number > after)
  const page = all.slice(0, most)
  const summary = fields({
    Bucket: request.bucket,
    Key: request.key,
    UploadId: upload.id,
    PartNumberMarker: after,
    MaxParts: most,
    IsTruncated: all.length > page.length,
    NextPartNumberMarker: page.at(-1)?.number,
  })
  const parts = page.map((part) =>
    element(
      'Part',
      fields({
        PartNumber: part.number,
        LastModified: part.modified,
        ETag: `"${part.md5}"`,
        Size: part.bytes,
        ...Object.fromEntries(
          Object.entries(part.checksums).map(([name, value]) => [`Checksum${name.toUpperCase()}`, value]),
        ),
      }),
    ),
  )
  return { xml: xmlDocument('ListPartsResult', summary, parts) }
}

export async function listMultipartUploads({ request, store }: Call): Promise<Answer> {
  const bucket = bucketOf(store, request.bucket)
  const prefix = request.query.get('prefix') ?? ''
  const uploads = (await listUploads(bucket)).filter(({ key }) => key.startsWith(prefix))
  const entries = uploads.map(({ key, id, startedAt }) =>
    element('Upload', fields({ Key: key, UploadId: id, Initiated: startedAt })),
  )
  const summary = fields({ Bucket: request.bucket, Prefix: prefix, IsTruncated: false })
  return { xml: xmlDocument('ListMultipartUploadsResult', summary, entries) }
}
