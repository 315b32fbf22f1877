import { createDecipheriv, type DecipherGCM } from 'node:crypto'
import { Transform } from 'node:stream'
import { Failure } from '../domain/failure.ts'
import { type Cursor, headerLimit, isNext, readPlainLength, refuse, tags } from './ber.ts'
import {
  type Around,
  contentLimit,
  type Head,
  headLimit,
  macBytes,
  readHead,
  readTail,
  tailLimit,
} from './layout.ts'
import { attempt, keyWrapStart, parseKeyId } from './seal.ts'

export type Opening = {
  /** 32 bytes: the key that the envelope's content key was wrapped with. */
  readonly key: Buffer
  /** Refuses an envelope that names another key, before anything is tried. */
  readonly keyId?: string
  /** The error of the stream in place of a failure of the envelope. */
  readonly refusal?: (cause: unknown) => Error
}

/** Hears where the content lies in the envelope, and with what it was encrypted, as it is read. */
export type Surveyor = {
  cipher(contentKey: Buffer, nonce: Buffer): void
  /** A chunk: how far into the envelope its bytes begin, and how many they are. */
  chunk(at: number, bytes: number): void
}

/**
 * CMS AuthEnvelopedData in, plaintext out. What comes out is NOT yet authenticated: whoever reads must keep it apart
 * until the stream ends without an error (GCM says so only after the last byte).
 * @throws Failure envelope-invalid, envelope-not-authentic, as the stream's error
 */
export function openStream(opening: Opening, surveyor?: Surveyor): Transform {
  const { add, end } = startOpening(opening, surveyor)
  const { refusal = (cause: unknown) => cause as Error } = opening
  const refused = (done: (error?: Error) => void) => (cause?: Error) => done(cause && refusal(cause))
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      attempt(refused(done), () => add(chunk).forEach((part) => this.push(part)))
    },
    flush(done) {
      attempt(refused(done), () => end().forEach((part) => this.push(part)))
    },
  })
}

/** Opens a whole envelope; nothing of it is given out unless all of it is authentic. @throws as `openStream` */
export function openBuffer(envelope: Buffer, opening: Opening): Buffer {
  const { add, end } = startOpening(opening)
  return Buffer.concat([...add(envelope), ...end()])
}

type Place =
  | { readonly at: 'head' }
  /** Inside the content; `left` bytes of the present chunk are still to come. */
  | { readonly at: 'content'; readonly around: Around; readonly decipher: DecipherGCM; left: number }
  | { readonly at: 'tail'; readonly around: Around; readonly decipher: DecipherGCM }

/**
 * Reads an envelope in whatever pieces it comes. Input is held back until a decision needs no more of it: the head until
 * 512 bytes are there, a chunk's header until 8 are, the tail until the end. So memory does not grow with the input.
 */
function startOpening({ key, keyId }: Opening, surveyor?: Surveyor) {
  const expectedKeyId = keyId === undefined ? undefined : parseKeyId(keyId)
  let place: Place = { at: 'head' }
  let waiting: Buffer = Buffer.alloc(0)
  let consumed = 0
  let total = 0

  const consume = (bytes: number): void => {
    waiting = waiting.subarray(bytes)
    consumed += bytes
  }
  const cursor = (): Cursor => ({ bytes: waiting, base: consumed, at: 0 })

  const readTheHead = (): void => {
    const from: Cursor = { bytes: waiting.subarray(0, headLimit), base: 0, at: 0 }
    const { head, around } = readHead(from)
    if (expectedKeyId && !expectedKeyId.equals(head.keyId)) throw notAuthentic('key-id-differs')
    place = { at: 'content', around, decipher: startDeciphering(key, head, surveyor), left: 0 }
    consume(from.at)
    if (!around.chunks) startChunk(around.plainLength)
  }

  const startChunk = (bytes: number): void => {
    total += bytes
    if (total > contentLimit) refuse('content-too-long')
    if (bytes > 0) surveyor?.chunk(consumed, bytes)
    if (place.at === 'content') place.left = bytes
  }

  /** Decrypts what is there of the present chunk, or goes on to the next chunk or the tail; false when stuck. */
  const step = (isEnd: boolean, out: Buffer[]): boolean => {
    if (place.at === 'tail') return false
    if (place.at === 'head') {
      if (waiting.length < headLimit && !isEnd) return false
      readTheHead()
      return true
    }
    if (place.left > 0) {
      const piece = waiting.subarray(0, place.left)
      if (piece.length === 0) return isEnd ? refuse('truncated') : false
      place.left -= piece.length
      out.push(place.decipher.update(piece))
      consume(piece.length)
      return true
    }
    if (waiting.length < headerLimit && !isEnd) return false
    const { around, decipher } = place
    const from = cursor()
    if (isContentOver(from, around)) place = { at: 'tail', around, decipher }
    else {
      const length = readPlainLength(from, tags.octetString, 0, contentLimit)
      // Empty chunks would let an envelope grow without end around the same content.
      if (length === 0) refuse('chunk-empty')
      consume(from.at)
      startChunk(length)
    }
    return true
  }

  const advance = (isEnd: boolean): Buffer[] => {
    const out: Buffer[] = []
    while (step(isEnd, out));
    if (place.at === 'tail' && waiting.length > tailLimit) refuse('trailing-bytes')
    return out
  }

  return {
    add(bytes: Buffer): Buffer[] {
      waiting = waiting.length === 0 ? bytes : Buffer.concat([waiting, bytes])
      return advance(false)
    },
    end(): Buffer[] {
      const out = advance(true)
      if (place.at !== 'tail') return refuse('truncated')
      const from = cursor()
      const mac = readTail(from, place.around)
      if (from.at !== waiting.length) refuse('trailing-bytes')
      place.decipher.setAuthTag(mac)
      try {
        place.decipher.final()
      } catch {
        throw notAuthentic('content-differs')
      }
      return out
    },
  }
}

const isContentOver = (from: Cursor, { chunks }: Around): boolean =>
  chunks === undefined || (chunks.end === undefined ? isNext(from, 0) : chunks.end === from.base)

const notAuthentic = (reason: 'key-id-differs' | 'key-differs' | 'content-differs'): Failure =>
  new Failure('envelope-not-authentic', { reason })

function startDeciphering(key: Buffer, { wrappedKey, nonce }: Head, surveyor?: Surveyor): DecipherGCM {
  const contentKey = unwrap(key, wrappedKey)
  surveyor?.cipher(Buffer.from(contentKey), Buffer.from(nonce))
  const decipher = createDecipheriv('aes-256-gcm', contentKey, nonce, { authTagLength: macBytes })
  contentKey.fill(0)
  return decipher
}

function unwrap(key: Buffer, wrappedKey: Buffer): Buffer {
  const decipher = createDecipheriv('id-aes256-wrap', key, keyWrapStart)
  try {
    return Buffer.concat([decipher.update(wrappedKey), decipher.final()])
  } catch {
    throw notAuthentic('key-differs')
  }
}
