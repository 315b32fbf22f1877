import { open } from 'node:fs/promises'
import { type ChecksumName, checksumNames, isChecksumName, startChecksum } from './checksums.ts'
import { decodeChunked } from './chunked.ts'
import { Refusal } from './refusal.ts'
import { header, type S3Request } from './request.ts'
import type { Signed } from './signature.ts'

/** A body on disk whose every announced checksum was found right. */
export type Received = {
  readonly bytes: number
  /** Hex MD5, which S3 calls the ETag. */
  readonly md5: string
  /** Base64, by algorithm: those that the client asked for. */
  readonly checksums: Partial<Record<ChecksumName, string>>
}

const mostBytes = 5 * 1024 ** 3

/** Streams the body into a file and verifies lengths and digests. @throws Refusal BadDigest and others */
export async function receiveBody(
  request: S3Request,
  signed: Signed,
  file: string,
  durable: boolean,
): Promise<Received> {
  const trailers = new Map<string, string>()
  const digests = startDigests(request, signed)
  const handle = await open(file, 'wx')
  let bytes = 0
  try {
    for await (const chunk of decoded(request, signed, trailers)) {
      bytes += chunk.length
      if (bytes > mostBytes) throw new Refusal('EntityTooLarge')
      for (const running of digests.values()) running.update(chunk)
      // All of it: a full disk takes a part of what a single write is given, and says nothing.
      await handle.appendFile(chunk)
    }
    if (durable) await handle.datasync()
  } finally {
    await handle.close()
  }
  const announcedBytes = header(request, 'x-amz-decoded-content-length')
  if (announcedBytes !== undefined && Number(announcedBytes) !== bytes) throw new Refusal('IncompleteBody')
  return { bytes, ...verified(request, signed, trailers, digests) }
}

/** A small XML body, whole. */
export async function readText(request: S3Request, signed: Signed): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  const trailers = new Map<string, string>()
  const digests = startDigests(request, signed)
  for await (const chunk of decoded(request, signed, trailers)) {
    bytes += chunk.length
    if (bytes > 2 * 1024 ** 2) throw new Refusal('EntityTooLarge')
    for (const running of digests.values()) running.update(chunk)
    chunks.push(chunk)
  }
  verified(request, signed, trailers, digests)
  return Buffer.concat(chunks).toString('utf8')
}

const isStreaming = (signed: Signed) => signed.payload.startsWith('STREAMING-')

function decoded(request: S3Request, signed: Signed, trailers: Map<string, string>): AsyncIterable<Buffer> {
  // A refusal in the middle of the body must leave the connection standing, to be answered on.
  const body: AsyncIterable<Buffer> = request.stream.iterator({ destroyOnReturn: false })
  if (!isStreaming(signed)) return body
  const known = [
    'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
    'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
    'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER',
  ]
  if (!known.includes(signed.payload)) throw new Refusal('NotImplemented', `Payload ${signed.payload}`)
  return decodeChunked(body, signed, trailers)
}

const isHexDigest = (payload: string) => /^[0-9a-f]{64}$/.test(payload)

/** Checksums that the client says will come after the body. */
const trailing = (request: S3Request): ChecksumName[] =>
  (header(request, 'x-amz-trailer') ?? '')
    .split(',')
    .map((name) => name.trim().toLowerCase().replace('x-amz-checksum-', ''))
    .filter(isChecksumName)

function startDigests(request: S3Request, signed: Signed) {
  const wanted = checksumNames.filter(
    (name) => request.headers[`x-amz-checksum-${name}`] !== undefined || trailing(request).includes(name),
  )
  const names = new Set<ChecksumName | 'md5'>(['md5', ...wanted])
  if (isHexDigest(signed.payload)) names.add('sha256')
  else if (!isStreaming(signed) && signed.payload !== 'UNSIGNED-PAYLOAD')
    throw new Refusal(
      'InvalidArgument',
      'x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-… or a SHA-256',
    )
  return new Map([...names].map((name) => [name, startChecksum(name)]))
}

function verified(
  request: S3Request,
  signed: Signed,
  trailers: ReadonlyMap<string, string>,
  digests: ReturnType<typeof startDigests>,
): Omit<Received, 'bytes'> {
  const found = new Map([...digests].map(([name, running]) => [name, running.digest()]))
  const md5 = found.get('md5')!
  const contentMd5 = header(request, 'content-md5')
  if (contentMd5 !== undefined && contentMd5 !== md5.toString('base64')) throw new Refusal('BadDigest')
  if (isHexDigest(signed.payload) && found.get('sha256')!.toString('hex') !== signed.payload)
    throw new Refusal('XAmzContentSHA256Mismatch')
  const checksums: Partial<Record<ChecksumName, string>> = {}
  for (const name of checksumNames) {
    const announced = header(request, `x-amz-checksum-${name}`) ?? trailers.get(`x-amz-checksum-${name}`)
    const expectsTrailer = trailing(request).includes(name)
    if (announced === undefined && !expectsTrailer) continue
    const actual = found.get(name)?.toString('base64')
    if (announced === undefined || announced !== actual)
      throw new Refusal(
        'BadDigest',
        `The ${name.toUpperCase()} you specified did not match the calculated checksum.`,
      )
    checksums[name] = actual
  }
  return { md5: md5.toString('hex'), checksums }
}
