import { createPrivateKey, createPublicKey, sign } from 'node:crypto'
import { formatCheckpoint } from '../../../src/ledger/checkpoint.ts'
import { type NoteSigner, signNote } from '../../../src/ledger/note.ts'
import { rootOf } from '../../../src/ledger/tree.ts'

/** A signer whose key follows from its number: the same signatures every time. */
export function signerOf(name: string, number = 1): NoteSigner {
  const privateKey = createPrivateKey({
    key: Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), Buffer.alloc(32, number)]),
    format: 'der',
    type: 'pkcs8',
  })
  const { x } = createPublicKey(privateKey).export({ format: 'jwk' })
  return {
    name,
    publicKey: Buffer.from(x!, 'base64url'),
    sign: async (message) => sign(null, message, privateKey),
  }
}

/** The signed head over these leaf hashes. */
export const noteOver = (leafHashes: readonly Buffer[], signer: NoteSigner): Promise<string> =>
  signNote(
    formatCheckpoint({ origin: signer.name, size: leafHashes.length, root: rootOf(leafHashes) }),
    signer,
  )
