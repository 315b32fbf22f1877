import { createPrivateKey, createPublicKey, type KeyObject, randomBytes, sign } from 'node:crypto'
import { z } from 'zod'
import { Failure } from '../../domain/failure.ts'
import { isKeyName } from '../../ledger/note.ts'
import type { LedgerSigner } from '../../ports.ts'
import { readKeyFile, writeKeyFile } from './key-file.ts'
import { Key } from './local-file.ts'

const LedgerKeyFile = z.object({
  version: z.literal(1),
  /** Name in the signed notes. */
  name: z.string().refine(isKeyName),
  /** Ed25519 private key (RFC 8032: the 32 secret bytes). */
  seed: Key,
})

/**
 * Makes the key that signs checkpoints, mode 0600. `name` goes into every checkpoint: `ledger.example.fr`.
 * @throws Failure already-registered, configuration-invalid (the name)
 */
export function createLedgerKeyFile(
  path: string,
  name: string,
  random: (bytes: number) => Buffer = randomBytes,
): void {
  if (!isKeyName(name)) throw new Failure('configuration-invalid', { count: 1, faults: 'ledger.name' })
  writeKeyFile(path, { version: 1, name, seed: random(32).toString('base64') })
}

/** @throws Failure key-missing, key-file-exposed, key-file-invalid */
export function openLedgerSigner(path: string): LedgerSigner {
  const { name, seed } = readKeyFile(path, LedgerKeyFile)
  const privateKey = privateKeyOf(seed)
  return {
    name,
    publicKey: rawPublicKey(privateKey),
    sign: async (message) => sign(null, message, privateKey),
  }
}

/** PKCS #8 of an Ed25519 key (RFC 8410 §7): a fixed head, then the seed. */
const privateKeyOf = (seed: Buffer): KeyObject =>
  createPrivateKey({
    key: Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]),
    format: 'der',
    type: 'pkcs8',
  })

function rawPublicKey(privateKey: KeyObject): Buffer {
  const { x } = createPublicKey(privateKey).export({ format: 'jwk' })
  return Buffer.from(x!, 'base64url')
}
