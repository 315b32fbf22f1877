import type { IncomingHttpHeaders } from 'node:http'
import { describe, expect, test } from 'vitest'
import { Refusal } from '../../../src/devstack/s3/refusal.ts'
import type { S3Request } from '../../../src/devstack/s3/request.ts'
import { verifySignature } from '../../../src/devstack/s3/signature.ts'

// Examples of the S3 API Reference, "Signature Calculations for the Authorization Header" and "… Query Parameters".
const credentials = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
}
const now = new Date('2013-05-24T00:00:00Z')
const nothing = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'
const scope = '20130524/us-east-1/s3/aws4_request'

function request(
  method: string,
  path: string,
  query: Record<string, string>,
  headers: IncomingHttpHeaders,
): S3Request {
  return {
    method,
    path,
    bucket: '',
    key: '',
    query: new Map(Object.entries(query)),
    headers: { host: 'examplebucket.s3.amazonaws.com', ...headers },
    stream: undefined as never,
  }
}

const authorization = (signedHeaders: string, signature: string) =>
  `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/${scope},SignedHeaders=${signedHeaders},Signature=${signature}`

const getWithRange = (signature: string) =>
  request(
    'GET',
    '/test.txt',
    {},
    {
      range: 'bytes=0-9',
      'x-amz-content-sha256': nothing,
      'x-amz-date': '20130524T000000Z',
      authorization: authorization('host;range;x-amz-content-sha256;x-amz-date', signature),
    },
  )
const rangeSignature = 'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41'

function codeOf(work: () => unknown): string {
  try {
    work()
  } catch (error) {
    if (error instanceof Refusal) return error.code
  }
  return 'accepted'
}

describe('Signature Version 4', () => {
  test('accepts the published get', () => {
    expect(verifySignature(getWithRange(rangeSignature), credentials, now).payload).toBe(nothing)
  })

  test('accepts the published put, whose key needs encoding', () => {
    const payload = '44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072'
    const put = request(
      'PUT',
      '/test$file.text',
      {},
      {
        date: 'Fri, 24 May 2013 00:00:00 GMT',
        'x-amz-content-sha256': payload,
        'x-amz-date': '20130524T000000Z',
        'x-amz-storage-class': 'REDUCED_REDUNDANCY',
        authorization: authorization(
          'date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class',
          '98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd',
        ),
      },
    )
    expect(verifySignature(put, credentials, now).payload).toBe(payload)
  })

  test('accepts the published listing, whose query is signed', () => {
    const list = request(
      'GET',
      '/',
      { prefix: 'J', 'max-keys': '2' },
      {
        'x-amz-content-sha256': nothing,
        'x-amz-date': '20130524T000000Z',
        authorization: authorization(
          'host;x-amz-content-sha256;x-amz-date',
          '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7',
        ),
      },
    )
    expect(verifySignature(list, credentials, now).scope).toBe(scope)
  })

  const presigned = () =>
    request(
      'GET',
      '/test.txt',
      {
        'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
        'X-Amz-Credential': `${credentials.accessKeyId}/${scope}`,
        'X-Amz-Date': '20130524T000000Z',
        'X-Amz-Expires': '86400',
        'X-Amz-SignedHeaders': 'host',
        'X-Amz-Signature': 'aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404',
      },
      {},
    )

  test('accepts the published presigned address until it expires', () => {
    expect(verifySignature(presigned(), credentials, now).payload).toBe('UNSIGNED-PAYLOAD')
    const later = new Date(now.getTime() + 86_401_000)
    expect(codeOf(() => verifySignature(presigned(), credentials, later))).toBe('AccessDenied')
  })

  test('refuses a signature that differs in one digit', () => {
    const other = rangeSignature.replace(/1$/, '2')
    expect(codeOf(() => verifySignature(getWithRange(other), credentials, now))).toBe('SignatureDoesNotMatch')
  })

  test('refuses a signature older than fifteen minutes, or from the future', () => {
    for (const minutes of [-16, 16]) {
      const then = new Date(now.getTime() + minutes * 60_000)
      const code = codeOf(() => verifySignature(getWithRange(rangeSignature), credentials, then))
      expect(code).toBe('RequestTimeTooSkewed')
    }
  })

  test('refuses an unknown access key, and a request that is not signed', () => {
    const others = { ...credentials, accessKeyId: 'another' }
    expect(codeOf(() => verifySignature(getWithRange(rangeSignature), others, now))).toBe(
      'InvalidAccessKeyId',
    )
    expect(codeOf(() => verifySignature(request('GET', '/', {}, {}), credentials, now))).toBe('AccessDenied')
  })

  test('refuses an x-amz header that was added after signing', () => {
    const original = getWithRange(rangeSignature)
    const added = { ...original, headers: { ...original.headers, 'x-amz-object-lock-mode': 'GOVERNANCE' } }
    expect(codeOf(() => verifySignature(added, credentials, now))).toBe('AccessDenied')
  })
})
