import { ed25519 } from '@noble/curves/ed25519.js'
import { sha256, sha512 } from '@noble/hashes/sha2.js'
import { Buffer } from 'buffer/'

/*
 * What the verification takes from node:crypto, for browsers: Web Crypto only knows promises. The bundler puts this file
 * in its place; everything else is the very code that runs on the command line.
 */

type Bytes = Uint8Array | string
const bytesOf = (bytes: Bytes): Uint8Array => (typeof bytes === 'string' ? Buffer.from(bytes) : bytes)

export function createHash(name: 'sha256' | 'sha512') {
  const state = { sha256, sha512 }[name].create()
  const hash = {
    update(bytes: Bytes) {
      state.update(bytesOf(bytes))
      return hash
    },
    digest(encoding?: 'hex' | 'base64') {
      const digest = Buffer.from(state.digest())
      return encoding ? digest.toString(encoding) : digest
    },
  }
  return hash
}

/** The same at once. */
export const hash = (name: 'sha256' | 'sha512', bytes: Bytes, encoding: 'binary' | 'hex'): string =>
  Buffer.from({ sha256, sha512 }[name](bytesOf(bytes))).toString(encoding)

/** Ed25519 as JSON Web Key, the only kind that is asked for. */
export const createPublicKey = ({ key }: { key: { x: string } }): Uint8Array =>
  Buffer.from(key.x.replaceAll('-', '+').replaceAll('_', '/'), 'base64')

export function verify(_: null, text: Uint8Array, key: Uint8Array, signature: Uint8Array): boolean {
  try {
    // As OpenSSL has it (RFC 8032), not the looser ZIP 215.
    return ed25519.verify(signature, text, key, { zip215: false })
  } catch {
    return false
  }
}

// The library does not know this spelling of base64.
const plain = Buffer.prototype.toString
Buffer.prototype.toString = function toString(encoding?: string, start?: number, end?: number): string {
  const isForUrls = encoding === 'base64url'
  const text = plain.call(this, isForUrls ? 'base64' : encoding, start, end)
  return isForUrls ? text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '') : text
}

export { Buffer }
