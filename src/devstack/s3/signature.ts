import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { Refusal } from './refusal.ts'
import { header, type S3Request } from './request.ts'

export type Credentials = { readonly accessKeyId: string; readonly secretAccessKey: string }

/** What a verified signature vouches for; the key goes on signing chunks. */
export type Signed = {
  /** The value of x-amz-content-sha256: a digest, or the name of a way to send the body. */
  readonly payload: string
  readonly signature: string
  readonly key: Buffer
  readonly date: string
  readonly scope: string
}

type Claim = Omit<Signed, 'key'> & {
  readonly accessKeyId: string
  readonly signedHeaders: readonly string[]
  /** Seconds that a presigned address is good for. */
  readonly expires?: number
}

const skewLimit = 15 * 60_000
const algorithm = 'AWS4-HMAC-SHA256'
export const hmac = (key: Buffer | string, text: string): Buffer =>
  createHmac('sha256', key).update(text).digest()
export const sha256Hex = (text: string): string => createHash('sha256').update(text).digest('hex')

/** RFC 3986 encoding as Signature Version 4 wants it: everything but unreserved characters. */
export const encodeStrictly = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)

/**
 * Verifies AWS Signature Version 4, in the Authorization header or presigned in the query
 * (docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-authenticating-requests.html). @throws Refusal
 */
export function verifySignature(request: S3Request, credentials: Credentials, now: Date): Signed {
  const claim = request.query.has('X-Amz-Signature') ? readPresigned(request) : readAuthorization(request)
  if (claim.accessKeyId !== credentials.accessKeyId) throw new Refusal('InvalidAccessKeyId')
  checkTime(claim, now)
  const [day, region, service] = claim.scope.split('/') as [string, string, string]
  const key = hmac(
    hmac(hmac(hmac(`AWS4${credentials.secretAccessKey}`, day), region), service),
    'aws4_request',
  )
  const toSign = [algorithm, claim.date, claim.scope, sha256Hex(canonicalRequest(request, claim))].join('\n')
  if (!sameSignature(hmac(key, toSign), claim.signature)) throw new Refusal('SignatureDoesNotMatch')
  return { ...claim, key }
}

export const sameSignature = (expected: Buffer, hex: string): boolean => {
  const given = Buffer.from(hex, 'hex')
  return given.length === expected.length && timingSafeEqual(given, expected)
}

function readAuthorization(request: S3Request): Claim {
  const authorization = header(request, 'authorization')
  if (!authorization) throw new Refusal('AccessDenied', 'The request is not signed')
  const found =
    /^AWS4-HMAC-SHA256 Credential=([^/,\s]+)\/(\d{8}\/[^/,]+\/s3\/aws4_request),\s*SignedHeaders=([\w;-]+),\s*Signature=([0-9a-f]{64})$/.exec(
      authorization,
    )
  if (!found) throw new Refusal('AuthorizationHeaderMalformed')
  const [, accessKeyId, scope, headers, signature] = found as unknown as [
    string,
    string,
    string,
    string,
    string,
  ]
  const claim: Claim = {
    accessKeyId,
    scope,
    signature,
    signedHeaders: headers.split(';'),
    date: header(request, 'x-amz-date') ?? '',
    payload: header(request, 'x-amz-content-sha256') ?? '',
  }
  if (!claim.payload) throw new Refusal('InvalidRequest', 'Missing required header: x-amz-content-sha256')
  const unsigned = Object.keys(request.headers).find(
    (name) => (name === 'host' || name.startsWith('x-amz-')) && !claim.signedHeaders.includes(name),
  )
  if (unsigned) throw new Refusal('AccessDenied', `Header ${unsigned} is present and not signed`)
  return claim
}

function readPresigned(request: S3Request): Claim {
  const value = (name: string): string => request.query.get(`X-Amz-${name}`) ?? ''
  const [accessKeyId = '', ...scope] = value('Credential').split('/')
  if (value('Algorithm') !== algorithm || scope.length !== 4)
    throw new Refusal('AuthorizationHeaderMalformed')
  return {
    accessKeyId,
    scope: scope.join('/'),
    signature: value('Signature'),
    signedHeaders: value('SignedHeaders').split(';'),
    date: value('Date'),
    payload: value('Content-Sha256') || 'UNSIGNED-PAYLOAD',
    expires: Number(value('Expires')),
  }
}

function checkTime(claim: Claim, now: Date): void {
  const found = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(claim.date)
  if (!found || !claim.date.startsWith(claim.scope.slice(0, 8)))
    throw new Refusal('AuthorizationHeaderMalformed')
  const [year, month, day, hour, minute, second] = found.slice(1).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  const age = now.getTime() - Date.UTC(year, month - 1, day, hour, minute, second)
  if (age < -skewLimit) throw new Refusal('RequestTimeTooSkewed')
  if (claim.expires === undefined && age > skewLimit) throw new Refusal('RequestTimeTooSkewed')
  if (claim.expires !== undefined && !(age <= claim.expires * 1000))
    throw new Refusal('AccessDenied', 'Request has expired')
}

function canonicalRequest(request: S3Request, claim: Claim): string {
  const query = [...request.query]
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => [encodeStrictly(name), encodeStrictly(value)] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map((pair) => pair.join('='))
    .join('&')
  const headers = claim.signedHeaders.map(
    (name) => `${name}:${(header(request, name) ?? '').trim().replace(/\s+/g, ' ')}\n`,
  )
  return [
    request.method,
    request.path.split('/').map(encodeStrictly).join('/'),
    query,
    headers.join(''),
    claim.signedHeaders.join(';'),
    claim.payload,
  ].join('\n')
}
