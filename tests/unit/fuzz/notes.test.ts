import { generateKeyPairSync, sign } from 'node:crypto'
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { parseNote, parseVerifierKey, signNote, verifierOf, verifyNote } from '../../../src/ledger/note.ts'
import { verdictOf } from './verdict.ts'

const { privateKey, publicKey: publicObject } = generateKeyPairSync('ed25519')
const publicKey = Buffer.from(publicObject.export({ format: 'jwk' }).x!, 'base64url')
const name = 'ledger.example'
const verifier = verifierOf({ name, publicKey })
const named = ['accepted', 'checkpoint-invalid']
let note: string
beforeAll(async () => {
  const signer = { name, publicKey, sign: async (message: Buffer) => sign(null, message, privateKey) }
  note = await signNote('ledger.example\n42\nAAAA\n', signer)
})

describe('a signed note, whatever it holds,', () => {
  test('is accepted or refused as checkpoint-invalid, as text and as bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const noise = Buffer.from(bytes)
        for (const text of [noise, noise.toString('latin1'), noise.toString('utf16le')]) {
          expect(named).toContain(verdictOf(() => parseNote(text)))
          expect(named).toContain(verdictOf(() => verifyNote(text, [verifier])))
          expect(named).toContain(verdictOf(() => parseVerifierKey(String(text))))
        }
      }),
    )
  })

  test('with any one bit turned is refused, or leaves the same text verified', () => {
    const good = Buffer.from(note)
    fc.assert(
      fc.property(fc.nat(good.length * 8 - 1), (bit) => {
        const turned = Buffer.from(good)
        turned[bit >> 3] = turned[bit >> 3]! ^ (1 << (bit & 7))
        expect(verdictOf(() => verifyNote(turned, [verifier]))).toBe('checkpoint-invalid')
      }),
    )
  })
})
