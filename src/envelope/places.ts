import { createDecipheriv } from 'node:crypto'
import { refuse } from './ber.ts'
import type { Surveyor } from './open.ts'

const blockBytes = 16

/** Where each byte of a content lies in its envelope, and how to decrypt it there. */
export type Places = {
  /** Of the content. */
  readonly bytes: number
  /** The part of the envelope that holds the content from `from` up to `to`; `to` is not empty-handed: from < to ≤ bytes. */
  sealedRange(from: number, to: number): { from: number; to: number }
  /** Decrypts what `sealedRange` names. NOT authenticated: whoever asks has compared those bytes with ones that were. */
  decrypt(from: number, to: number, sealed: Buffer): Buffer
  /** Forgets the key. */
  forget(): void
}

/** Chunks are of one length but for the last, so that the place of each is known from the first two and the last. */
type Chunks = { first: number; size: number; step: number; count: number; last: number; lastSize: number }

/**
 * Listens while an envelope is opened as a whole, and tells afterwards where things are in it. The content's key is kept until
 * it is told to forget it. @throws Failure envelope-invalid, while listening, for chunks that nobody of ours has written
 */
export function surveying(): { surveyor: Surveyor; places(): Places } {
  let cipher: { readonly key: Buffer; readonly nonce: Buffer } | undefined
  let chunks: Chunks | undefined
  const surveyor: Surveyor = {
    cipher: (key, nonce) => (cipher = { key, nonce }),
    chunk(at, bytes) {
      chunks = chunks ? nextChunk(chunks, at, bytes) : firstChunk(at, bytes)
    },
  }
  return {
    surveyor,
    places() {
      if (!cipher) throw new RangeError('nothing was opened yet')
      return placesOf(chunks ?? firstChunk(0, 0), cipher)
    },
  }
}

const firstChunk = (at: number, bytes: number): Chunks => ({
  ...{ first: at, size: bytes, step: bytes, count: 1, last: at, lastSize: bytes },
})

function nextChunk(chunks: Chunks, at: number, bytes: number): Chunks {
  const { first, size, count, last, lastSize } = chunks
  if (lastSize !== size || bytes > size) refuse('chunks-uneven')
  // Of a shorter one the header may be shorter too; it can only be the last.
  const step = count === 1 ? at - first : chunks.step
  if (bytes === size && at !== last + step) refuse('chunks-uneven')
  return {
    first,
    size,
    step: bytes === size ? step : chunks.step,
    count: count + 1,
    last: at,
    lastSize: bytes,
  }
}

function placesOf(chunks: Chunks, { key, nonce }: { key: Buffer; nonce: Buffer }): Places {
  const { first, size, step, count, last, lastSize } = chunks
  const indexOf = (place: number) => (size === 0 ? 0 : Math.floor(place / size))
  const startOf = (index: number) => (index === count - 1 ? last : first + index * step)
  const placeOf = (place: number) => startOf(indexOf(place)) + place - indexOf(place) * size
  return {
    bytes: (count - 1) * size + lastSize,
    sealedRange: (from, to) => ({ from: placeOf(from), to: placeOf(to - 1) + 1 }),
    decrypt(from, to, sealed) {
      const decipher = decipherAt(key, nonce, from)
      const base = placeOf(from)
      const content = Buffer.allocUnsafe(to - from)
      for (let place = from; place < to; ) {
        const end = Math.min(to, (indexOf(place) + 1) * size)
        const at = placeOf(place) - base
        decipher.update(sealed.subarray(at, at + end - place)).copy(content, place - from)
        place = end
      }
      return content
    },
    forget: () => void key.fill(0),
  }
}

/**
 * GCM encrypts as CTR does, its first block under the counter after J0 = nonce ‖ 1 (NIST SP 800-38D §7.1). The content is
 * too short for the 32 bits of the counter to run over.
 */
function decipherAt(key: Buffer, nonce: Buffer, place: number) {
  const counter = Buffer.alloc(blockBytes)
  nonce.copy(counter)
  counter.writeUInt32BE(2 + Math.floor(place / blockBytes), nonce.length)
  const decipher = createDecipheriv('aes-256-ctr', key, counter)
  decipher.update(Buffer.alloc(place % blockBytes))
  return decipher
}
