import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import { z } from 'zod'
import { Failure } from '../../domain/failure.ts'
import type { KeyProvider, WrappedKey } from '../../ports.ts'
import { readKeyFile, writeKeyFile } from './key-file.ts'

const nonceBytes = 12
const tagBytes = 16

/** 32 bytes in base64. */
export const Key = z
  .base64()
  .length(44)
  .transform((text) => Buffer.from(text, 'base64'))

const KeyFile = z.object({
  version: z.literal(1),
  /** One master key an epoch. New keys are wrapped under the latest; the others stay until what they wrapped is re-wrapped. */
  epochs: z
    .array(z.object({ epoch: z.number().int().positive(), key: Key }))
    .min(1)
    .refine((epochs) => new Set(epochs.map(({ epoch }) => epoch)).size === epochs.length),
  /** Root of blind indexes and identity columns. It does not rotate: indexes would no longer match. */
  indexKey: Key,
})

/** Makes a key file with the master key of epoch 1 and the index key, mode 0600. @throws Failure already-registered */
export function createKeyFile(path: string, random: (bytes: number) => Buffer = randomBytes): void {
  const key = () => random(32).toString('base64')
  writeKeyFile(path, { version: 1, epochs: [{ epoch: 1, key: key() }], indexKey: key() })
}

/**
 * Master keys from a file that only its owner can read.
 *
 * A wrapped key is nonce (12) ‖ AES-256-GCM ciphertext ‖ tag (16); epoch and context are its additional data.
 * @throws Failure key-missing, key-file-exposed, key-file-invalid
 */
export function openLocalKeys(path: string): KeyProvider {
  const { epochs, indexKey } = readKeyFile(path, KeyFile)
  const keys = new Map(epochs.map(({ epoch, key }) => [epoch, key]))
  const latest = Math.max(...keys.keys())
  const keyOf = (epoch: number): Buffer => {
    const key = keys.get(epoch)
    if (!key) throw new Failure('key-mismatch', { epoch })
    return key
  }
  return {
    epoch: latest,
    wrap: async (key, context) => ({
      wrapped: encrypt(keyOf(latest), key, bind(latest, context)),
      epoch: latest,
    }),
    unwrap: async ({ wrapped, epoch }: WrappedKey, context) => {
      const key = decrypt(keyOf(epoch), wrapped, bind(epoch, context))
      if (!key) throw new Failure('key-mismatch', { epoch })
      return key
    },
    derive: async (info) => Buffer.from(hkdfSync('sha256', indexKey, '', info, 32)),
  }
}

/** Additional data: unambiguous, because an epoch is written in digits. */
const bind = (epoch: number, context: string): Buffer => Buffer.from(`scelle/v1/wrap/${epoch}/${context}`)

function encrypt(key: Buffer, content: Buffer, context: Buffer): Buffer {
  const nonce = randomBytes(nonceBytes)
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes }).setAAD(context)
  return Buffer.concat([nonce, cipher.update(content), cipher.final(), cipher.getAuthTag()])
}

/** Undefined when it is not authentic. */
function decrypt(key: Buffer, wrapped: Buffer, context: Buffer): Buffer | undefined {
  if (wrapped.length < nonceBytes + tagBytes) return undefined
  const decipher = createDecipheriv('aes-256-gcm', key, wrapped.subarray(0, nonceBytes), {
    authTagLength: tagBytes,
  })
  decipher.setAAD(context).setAuthTag(wrapped.subarray(-tagBytes))
  try {
    return Buffer.concat([decipher.update(wrapped.subarray(nonceBytes, -tagBytes)), decipher.final()])
  } catch {
    return undefined
  }
}
