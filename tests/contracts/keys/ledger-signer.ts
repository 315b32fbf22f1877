import { createHash, createPublicKey, verify } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { formatCheckpoint, openCheckpoint } from '../../../src/ledger/checkpoint.ts'
import { formatVerifierKey, parseVerifierKey, signNote } from '../../../src/ledger/note.ts'
import type { LedgerSigner } from '../../../src/evidence-ports.ts'

/** What any signer of checkpoints promises; `open` opens the same key again. */
export function describeLedgerSigner(kind: string, { open }: { open: () => Promise<LedgerSigner> }): void {
  const message = Buffer.from('ledger.example.fr\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n')
  const keyOf = ({ publicKey }: LedgerSigner) =>
    createPublicKey({
      key: { kty: 'OKP', crv: 'Ed25519', x: publicKey.toString('base64url') },
      format: 'jwk',
    })

  describe(`checkpoints signed by ${kind}`, () => {
    test('are signed by the same key after a restart, and its public half verifies', async () => {
      const [signer, again] = [await open(), await open()]
      expect(signer.publicKey).toHaveLength(32)
      expect(again.publicKey).toEqual(signer.publicKey)
      expect(verify(null, message, keyOf(signer), await again.sign(message))).toBe(true)
    })

    test('have the one signature that RFC 8032 gives a message', async () => {
      const signer = await open()
      const [first, second] = [await signer.sign(message), await signer.sign(message)]
      expect(first).toHaveLength(64)
      expect(second.equals(first)).toBe(true)
    })

    test('do not verify for another message', async () => {
      const signer = await open()
      const signature = await signer.sign(message)
      expect(verify(null, Buffer.concat([message, message]), keyOf(signer), signature)).toBe(false)
    })

    test('are signed notes that their verifier key opens', async () => {
      const signer = await open()
      const root = createHash('sha256').update('head').digest()
      const note = await signNote(formatCheckpoint({ origin: signer.name, size: 42, root }), signer)
      const verifier = parseVerifierKey(formatVerifierKey(signer))
      expect(openCheckpoint(note, [verifier])).toEqual({ origin: 'ledger.example.fr', size: 42, root })
    })
  })
}
