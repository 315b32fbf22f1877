import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto'
import { statSync } from 'node:fs'
import { z } from 'zod'
import { asFailure, Failure } from '../../domain/failure.ts'
import type { KeyStore } from '../../key-ports.ts'
import type { WrappedKey } from '../../ports.ts'
import { readKeyFile, removeKeyFile, replaceKeyFile, writeKeyFile } from './key-file.ts'

const nonceBytes = 12
const tagBytes = 16

/** 32 bytes in base64. */
export const Key = z
  .base64()
  .length(44)
  .transform((text) => Buffer.from(text, 'base64'))
  // 31 and 33 bytes have as many letters.
  .refine((key) => key.length === 32)

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
/** What the key file holds. */
export type MasterKeys = {
  readonly epochs: readonly { readonly epoch: number; readonly key: Buffer }[]
  readonly indexKey: Buffer
}

/** Makes a key file with the master key of epoch 1 and the index key, mode 0600. @throws Failure already-registered */
export function createKeyFile(path: string, random: (bytes: number) => Buffer = randomBytes): void {
  const epochs = [{ epoch: 1, key: random(32) }]
  writeKeyFile(path, contentOf({ epochs, indexKey: random(32) }))
}

/** @throws Failure key-missing, key-file-exposed, key-file-invalid */
export const readMasterKeys = (path: string): MasterKeys => readKeyFile(path, KeyFile)

/** What is written of some keys; always the same for the same keys. */
export const contentOf = ({ epochs, indexKey }: MasterKeys): object => ({
  version: 1,
  epochs: epochs.map(({ epoch, key }) => ({ epoch, key: key.toString('base64') })),
  indexKey: indexKey.toString('base64'),
})

/**
 * Master keys from a file that only its owner can read. The file is read again when it has changed, so that a rotation
 * reaches every process; what it held is remembered as long as nobody asks for a new key to be wrapped.
 *
 * A wrapped key is nonce (12) ‖ AES-256-GCM ciphertext ‖ tag (16); epoch and context are its additional data.
 * @throws Failure key-missing, key-file-exposed, key-file-invalid
 */
export function openLocalKeys(path: string): KeyStore {
  let held = readMasterKeys(path)
  let mark = markOf(path)
  const present = (): MasterKeys => {
    try {
      const now = markOf(path)
      if (now !== mark) {
        held = readMasterKeys(path)
        mark = now
      }
      return held
    } catch (error) {
      throw new Failure('key-unavailable', { reason: reasonOf(error) }, { cause: error })
    }
  }
  const keyOf = (epoch: number): Buffer => {
    const find = ({ epochs }: MasterKeys) => epochs.find((one) => one.epoch === epoch)?.key
    const key = find(held) ?? find(present())
    if (!key) throw new Failure('key-epoch-unknown', { epoch })
    return key
  }
  return {
    kind: 'local',
    async wrap(key, context) {
      const { epochs } = present()
      const latest = epochs.reduce((one, other) => (other.epoch > one.epoch ? other : one))
      return {
        wrapped: encrypt(latest.key, key, bind(latest.epoch, context)),
        epoch: latest.epoch,
      }
    },
    async unwrap({ wrapped, epoch }: WrappedKey, context) {
      const key = decrypt(keyOf(epoch), wrapped, bind(epoch, context))
      if (!key) throw new Failure('key-mismatch', { epoch })
      return key
    },
    derive: async (info) => Buffer.from(hkdfSync('sha256', held.indexKey, '', info, 32)),
    epochs: async () =>
      present()
        .epochs.map(({ epoch }) => epoch)
        .sort((one, other) => one - other),
    async makeEpoch(epoch) {
      const { epochs, indexKey } = present()
      if (epochs.some((one) => one.epoch === epoch))
        throw new Failure('already-registered', { kind: 'key-file' })
      replaceKeyFile(path, contentOf({ epochs: [...epochs, { epoch, key: randomBytes(32) }], indexKey }))
    },
    async destroyEpoch(epoch) {
      const { epochs, indexKey } = present()
      const others = epochs.filter((one) => one.epoch !== epoch)
      if (others.length === 0) removeKeyFile(path)
      else if (others.length < epochs.length) replaceKeyFile(path, contentOf({ epochs: others, indexKey }))
    },
    hasIndexKey: async () => true,
    async makeIndexKey() {
      throw new Failure('already-registered', { kind: 'key-file' })
    },
    indexRoot: async () => createHmac('sha256', Buffer.alloc(32)).update(held.indexKey).digest(),
  }
}

/** Another file, or the same one written again, has another mark. */
function markOf(path: string): string {
  const { ino, mtimeNs, size, mode } = statSync(path, { bigint: true })
  return [ino, mtimeNs, size, mode].join('/')
}

function reasonOf(error: unknown): string {
  const { code } = asFailure(error)
  if (code !== 'unexpected') return code
  return ((error as NodeJS.ErrnoException).code ?? 'unknown').toLowerCase()
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
