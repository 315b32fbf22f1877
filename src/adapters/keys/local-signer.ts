import { createPrivateKey, createPublicKey, type KeyObject, randomBytes, sign, verify } from 'node:crypto'
import { z } from 'zod'
import { Failure } from '../../domain/failure.ts'
import { isKeyName } from '../../ledger/note.ts'
import type { LedgerSigner } from '../../evidence-ports.ts'
import { readKeyFile, writeKeyFile } from './key-file.ts'
import { Key } from './local-file.ts'

const head = {
  version: z.literal(1),
  /** Name in the signed notes. */
  name: z.string().refine(isKeyName),
}
const LedgerKeyFile = z.union([
  /** Ed25519 private key (RFC 8032: the 32 secret bytes). */
  z.object({ ...head, seed: Key }),
  /** The private key is in an HSM; this is its public half. */
  z.object({ ...head, publicKey: Key }),
])

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

/**
 * Writes down the public half of a key that an HSM holds, in the place of a ledger key file.
 * @throws Failure already-registered, configuration-invalid (the name)
 */
export function createLedgerReference(path: string, name: string, publicKey: Buffer): void {
  if (!isKeyName(name)) throw new Failure('configuration-invalid', { count: 1, faults: 'ledger.name' })
  writeKeyFile(path, { version: 1, name, publicKey: publicKey.toString('base64') })
}

/**
 * @param signElsewhere signs where the file has the public half only; what it gives is found right before it is given out
 * @throws Failure key-missing, key-file-exposed, key-file-invalid
 */
export function openLedgerSigner(
  path: string,
  signElsewhere: (message: Buffer) => Promise<Buffer> = refuseElsewhere,
): LedgerSigner {
  const file = readKeyFile(path, LedgerKeyFile)
  const { name } = file
  if ('seed' in file) {
    const privateKey = privateKeyOf(file.seed)
    return {
      name,
      publicKey: rawPublicKey(privateKey),
      sign: async (message) => sign(null, message, privateKey),
    }
  }
  const publicKey = createPublicKey({
    key: { kty: 'OKP', crv: 'Ed25519', x: file.publicKey.toString('base64url') },
    format: 'jwk',
  })
  return {
    name,
    publicKey: file.publicKey,
    async sign(message) {
      const signature = await signElsewhere(message)
      if (!verify(null, message, publicKey, signature))
        throw new Failure('key-provider-refused', { reason: 'signature-of-another-key' })
      return signature
    },
  }
}

async function refuseElsewhere(): Promise<never> {
  throw new Failure('configuration-invalid', { count: 1, faults: 'keys.pkcs11: missing' })
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
