import { describe, expect, test } from 'vitest'
import { decodeChunked } from '../../../src/devstack/s3/chunked.ts'
import { Refusal } from '../../../src/devstack/s3/refusal.ts'
import { hmac, type Signed } from '../../../src/devstack/s3/signature.ts'

// Examples of the S3 API Reference, "Signature Calculations … Transferring Payload in Multiple Chunks", without and with trailer.
const scope = '20130524/us-east-1/s3/aws4_request'
const key = scope
  .split('/')
  .reduce<Buffer | string>(
    (above, part) => hmac(above, part),
    'AWS4wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  ) as Buffer

const signed = (payload: string, signature: string): Signed => ({
  payload,
  signature,
  key,
  date: '20130524T000000Z',
  scope,
})

const plain = {
  seed: signed(
    'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
    '4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9',
  ),
  body: [
    '10000;chunk-signature=ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648\r\n',
    `${'a'.repeat(65536)}\r\n`,
    '400;chunk-signature=0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497\r\n',
    `${'a'.repeat(1024)}\r\n`,
    '0;chunk-signature=b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9\r\n\r\n',
  ],
}
const trailing = {
  seed: signed(
    'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER',
    '106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e',
  ),
  body: [
    '10000;chunk-signature=b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2\r\n',
    `${'a'.repeat(65536)}\r\n`,
    '400;chunk-signature=1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7\r\n',
    `${'a'.repeat(1024)}\r\n`,
    '0;chunk-signature=2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992\r\n',
    'x-amz-checksum-crc32c:sOO8/Q==\r\n',
    'x-amz-trailer-signature:d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435\r\n\r\n',
  ],
}

async function* cutInto(text: string, size: number): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(text)
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

async function decode(text: string, seed: Signed, size = 1 << 20) {
  const trailers = new Map<string, string>()
  const parts: Buffer[] = []
  for await (const part of decodeChunked(cutInto(text, size), seed, trailers)) parts.push(part)
  return { content: Buffer.concat(parts).toString(), trailers }
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'accepted',
    (error: unknown) => (error instanceof Refusal ? error.code : String(error)),
  )
}

describe('the aws-chunked body', () => {
  test('gives the content of the published example, however the bytes arrive', async () => {
    for (const size of [1 << 20, 4097, 61])
      expect((await decode(plain.body.join(''), plain.seed, size)).content).toBe('a'.repeat(66560))
  })

  test('gives the content and the trailer of the published example', async () => {
    const { content, trailers } = await decode(trailing.body.join(''), trailing.seed)
    expect(content).toHaveLength(66560)
    expect([...trailers]).toEqual([['x-amz-checksum-crc32c', 'sOO8/Q==']])
  })

  test('refuses a chunk of which one byte was changed', async () => {
    const changed = plain.body.with(3, `${'a'.repeat(1023)}b\r\n`).join('')
    expect(await codeOf(decode(changed, plain.seed))).toBe('SignatureDoesNotMatch')
  })

  test('refuses chunks of which one was left out', async () => {
    const shorter = plain.body.toSpliced(2, 2).join('')
    expect(await codeOf(decode(shorter, plain.seed))).toBe('SignatureDoesNotMatch')
  })

  test('refuses a body that ends before its last chunk', async () => {
    expect(await codeOf(decode(plain.body.slice(0, 4).join(''), plain.seed))).toBe('IncompleteBody')
  })

  test('refuses a trailer that was changed, or is not signed though it was announced so', async () => {
    const changed = trailing.body.with(5, 'x-amz-checksum-crc32c:AAAAAA==\r\n').join('')
    expect(await codeOf(decode(changed, trailing.seed))).toBe('SignatureDoesNotMatch')
    const unsigned = trailing.body.with(6, '\r\n').join('')
    expect(await codeOf(decode(unsigned, trailing.seed))).toBe('SignatureDoesNotMatch')
  })

  test('reads unsigned chunks with a trailer', async () => {
    const seed = signed('STREAMING-UNSIGNED-PAYLOAD-TRAILER', '')
    const text = '5\r\nhello\r\n3\r\n, S\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n'
    const { content, trailers } = await decode(text, seed, 3)
    expect(content).toBe('hello, S')
    expect(trailers.get('x-amz-checksum-crc32')).toBe('AAAAAA==')
  })

  test('refuses a head that is no length', async () => {
    const seed = signed('STREAMING-UNSIGNED-PAYLOAD-TRAILER', '')
    expect(await codeOf(decode('-5\r\nhello\r\n', seed))).toBe('IncompleteBody')
    expect(await codeOf(decode('f'.repeat(20_000), seed, 1000))).toBe('IncompleteBody')
  })
})
