import { createHash } from 'node:crypto'
import { Refusal } from './refusal.ts'
import { hmac, type Signed, sameSignature, sha256Hex } from './signature.ts'

const longestLine = 16_384

/**
 * Decodes the `aws-chunked` body (docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html), verifying each
 * chunk's signature when it is a signed one; `trailers` fills as the end is reached. @throws Refusal
 */
export async function* decodeChunked(
  body: AsyncIterable<Buffer>,
  signed: Signed,
  trailers: Map<string, string>,
): AsyncGenerator<Buffer> {
  const source = byteSource(body)
  const verifier = signed.payload.startsWith('STREAMING-AWS4-HMAC-SHA256-PAYLOAD')
    ? chunkVerifier(signed)
    : undefined
  for (;;) {
    const { size, signature } = readHead(await source.line())
    const hash = verifier && createHash('sha256')
    for (let left = size; left > 0; ) {
      const piece = await source.upTo(left)
      left -= piece.length
      hash?.update(piece)
      yield piece
    }
    if (hash) verifier?.chunk(hash.digest('hex'), signature)
    if (size === 0) break
    if ((await source.line()) !== '') throw new Refusal('IncompleteBody')
  }
  const canonical: string[] = []
  for (;;) {
    const line = await source.line(true)
    if (line === undefined || line === '') break
    const at = line.indexOf(':')
    const name = line.slice(0, at).trim().toLowerCase()
    const value = line.slice(at + 1).trim()
    if (name === 'x-amz-trailer-signature') verifier?.trailer(canonical.join(''), value)
    else {
      trailers.set(name, value)
      canonical.push(`${name}:${value}\n`)
    }
    if (trailers.size > 16) throw new Refusal('InvalidRequest', 'Too many trailers')
  }
  if (signed.payload === 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER' && !verifier?.sawTrailer())
    throw new Refusal('SignatureDoesNotMatch', 'The trailer is not signed')
}

function readHead(line: string | undefined): { size: number; signature: string } {
  const found = /^([0-9a-fA-F]{1,10})(?:;chunk-signature=([0-9a-f]{64}))?$/.exec(line ?? '')
  if (!found) throw new Refusal('IncompleteBody', 'A chunk head is malformed')
  return { size: Number.parseInt(found[1]!, 16), signature: found[2] ?? '' }
}

/** Each signature covers the one before it, so chunks can be neither changed, dropped nor reordered. */
function chunkVerifier(signed: Signed) {
  let previous = signed.signature
  let trailerSeen = false
  const verify = (signature: string, kind: string, ...lines: string[]) => {
    const toSign = [`AWS4-HMAC-SHA256-${kind}`, signed.date, signed.scope, previous, ...lines].join('\n')
    if (!sameSignature(hmac(signed.key, toSign), signature)) throw new Refusal('SignatureDoesNotMatch')
    previous = signature
  }
  return {
    chunk: (digest: string, signature: string) => verify(signature, 'PAYLOAD', sha256Hex(''), digest),
    trailer: (canonical: string, signature: string) => {
      verify(signature, 'TRAILER', sha256Hex(canonical))
      trailerSeen = true
    },
    sawTrailer: () => trailerSeen,
  }
}

/** Lines and byte runs, taken in turn from one stream. */
function byteSource(body: AsyncIterable<Buffer>) {
  const iterator = body[Symbol.asyncIterator]()
  let rest: Buffer = Buffer.alloc(0)
  const more = async (): Promise<boolean> => {
    const next = await iterator.next()
    if (next.done) return false
    rest = rest.length === 0 ? next.value : Buffer.concat([rest, next.value])
    return true
  }
  return {
    /** One line without its CRLF; undefined at the end when `mayEnd`. */
    async line(mayEnd = false): Promise<string | undefined> {
      let at = rest.indexOf('\n')
      while (at < 0) {
        if (rest.length > longestLine) throw new Refusal('IncompleteBody', 'A chunk head is too long')
        if (!(await more())) {
          if (mayEnd && rest.length === 0) return undefined
          throw new Refusal('IncompleteBody')
        }
        at = rest.indexOf('\n')
      }
      const line = rest.subarray(0, at).toString('latin1').replace(/\r$/, '')
      rest = rest.subarray(at + 1)
      return line
    },
    async upTo(limit: number): Promise<Buffer> {
      while (rest.length === 0) if (!(await more())) throw new Refusal('IncompleteBody')
      const piece = rest.subarray(0, limit)
      rest = rest.subarray(piece.length)
      return piece
    },
  }
}
