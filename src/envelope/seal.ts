import { createCipheriv, randomBytes } from 'node:crypto'
import { Transform } from 'node:stream'
import { element, refuse, tags } from './ber.ts'
import {
  chunkBytes,
  contentKeyBytes,
  contentLimit,
  keyIdLimit,
  macBytes,
  nonceBytes,
  writeHead,
  writeTail,
} from './layout.ts'

export type Seal = {
  /** 32 bytes: the key that wraps this envelope's own content key. */
  readonly key: Buffer
  /** Names the key to whoever opens the envelope; 1 to 64 bytes in hex. */
  readonly keyId: string
  /** Source of the content key and of the nonce; only tests pass their own. */
  readonly random?: (bytes: number) => Buffer
}

/** AES-256 key wrap (RFC 3394) with its default initial value. */
export const keyWrapStart = Buffer.alloc(8, 0xa6)

export function parseKeyId(keyId: string): Buffer {
  const bytes = Buffer.from(keyId, 'hex')
  const isWhole = bytes.length * 2 === keyId.length && bytes.length > 0 && bytes.length <= keyIdLimit
  if (!isWhole) throw new RangeError('a key id has 1 to 64 bytes, in hex')
  return bytes
}

/** Plaintext in, CMS AuthEnvelopedData out (RFC 5083, 5084). Holds one chunk of the content in memory. */
export function sealStream(seal: Seal): Transform {
  const { head, add, end } = startSeal(seal)
  const stream = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      attempt(done, () => add(chunk).forEach((part) => this.push(part)))
    },
    flush(done) {
      attempt(done, () => end().forEach((part) => this.push(part)))
    },
  })
  stream.push(head)
  return stream
}

/** Seals a whole content at once. */
export function sealBuffer(content: Buffer, seal: Seal): Buffer {
  const { head, add, end } = startSeal(seal)
  return Buffer.concat([head, ...add(content), ...end()])
}

/** Runs a step of a stream: what it throws is the stream's error. */
export function attempt(done: (error?: Error) => void, step: () => void): void {
  try {
    step()
  } catch (error) {
    return done(error as Error)
  }
  done()
}

function startSeal({ key, keyId, random = randomBytes }: Seal) {
  const contentKey = random(contentKeyBytes)
  const nonce = random(nonceBytes)
  const wrap = createCipheriv('id-aes256-wrap', key, keyWrapStart)
  const wrappedKey = Buffer.concat([wrap.update(contentKey), wrap.final()])
  const cipher = createCipheriv('aes-256-gcm', contentKey, nonce, { authTagLength: macBytes })
  contentKey.fill(0)

  const waiting: Buffer[] = []
  let waitingBytes = 0
  let total = 0

  const writeChunk = (encrypted: Buffer): void => {
    waiting.push(encrypted)
    waitingBytes += encrypted.length
  }
  const takeChunk = (): Buffer => {
    const chunk = element(tags.octetString, ...waiting)
    waiting.length = 0
    waitingBytes = 0
    return chunk
  }

  return {
    head: writeHead({ keyId: parseKeyId(keyId), wrappedKey, nonce }),
    add(content: Buffer): Buffer[] {
      total += content.length
      if (total > contentLimit) refuse('content-too-long')
      const chunks: Buffer[] = []
      for (let at = 0; at < content.length; ) {
        const next = content.subarray(at, at + chunkBytes - waitingBytes)
        at += next.length
        writeChunk(cipher.update(next))
        if (waitingBytes === chunkBytes) chunks.push(takeChunk())
      }
      return chunks
    },
    end(): Buffer[] {
      cipher.final()
      const last = waitingBytes > 0 ? [takeChunk()] : []
      return [...last, writeTail(cipher.getAuthTag())]
    },
  }
}
