import { createPrivateKey, createPublicKey, sign } from 'node:crypto'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Failure } from '../../../src/domain/failure.ts'
import { formatCheckpoint, openCheckpoint, parseCheckpoint } from '../../../src/ledger/checkpoint.ts'
import {
  formatVerifierKey,
  type NoteSigner,
  parseNote,
  parseVerifierKey,
  signNote,
  verifierOf,
  verifyNote,
} from '../../../src/ledger/note.ts'
import { emptyRoot } from '../../../src/ledger/tree.ts'

const signerOf = (name: string, fill: number): NoteSigner => {
  const head = Buffer.from('302e020100300506032b657004220420', 'hex')
  const key = createPrivateKey({
    key: Buffer.concat([head, Buffer.alloc(32, fill)]),
    format: 'der',
    type: 'pkcs8',
  })
  const { x } = createPublicKey(key).export({ format: 'jwk' })
  return { name, publicKey: Buffer.from(x!, 'base64url'), sign: async (message) => sign(null, message, key) }
}
const ours = signerOf('ledger.example.fr', 1)
const witness = signerOf('witness.example.org', 2)
const reasonOf = (act: () => unknown): unknown => {
  try {
    act()
  } catch (error) {
    expect((error as Failure).code).toBe('checkpoint-invalid')
    return (error as Failure).facts.reason
  }
  return 'accepted'
}
const text = 'ledger.example.fr\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n'
const signatureLine = (note: string) => note.slice(note.lastIndexOf('\n\n') + 2)

describe('a published note', () => {
  // The example of golang.org/x/mod/sumdb/note, where the format comes from.
  const key = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW'
  const note = [
    'If you think cryptography is the answer to your problem,',
    "then you don't know what your problem is.",
    '',
    '— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=',
    '',
  ].join('\n')

  test('verifies with its published key', () => {
    const { signers } = verifyNote(note, [parseVerifierKey(key)])
    expect(signers.map(({ name }) => name)).toEqual(['PeterNeumann'])
  })

  test('its key is written as it was read', () => {
    expect(formatVerifierKey(parseVerifierKey(key))).toBe(key)
  })
})

describe('signing', () => {
  test('what was signed verifies, and gives the text back', async () => {
    const note = await signNote(text, ours)
    expect(verifyNote(note, [verifierOf(ours)]).text).toBe(text)
    expect(verifyNote(Buffer.from(note), [verifierOf(ours)]).text).toBe(text)
  })

  test('a text with empty lines and accents verifies: the last empty line separates', async () => {
    const long = 'Ognuno sta solo\n\ned è subito sera.\n'
    expect(verifyNote(await signNote(long, ours), [verifierOf(ours)]).text).toBe(long)
  })

  test.each(['', '\n', 'no end', 'tab\there\n', 'nul\0\n', 'return\r\n'])(
    'refuses to sign %j',
    async (wrong) => {
      await expect(signNote(wrong, ours)).rejects.toMatchObject({ code: 'checkpoint-invalid' })
    },
  )
})

describe('verifying', () => {
  test('a signature of an unknown key is passed over, one of ours beside it counts', async () => {
    const cosigned = (await signNote(text, ours)) + signatureLine(await signNote(text, witness))
    expect(verifyNote(cosigned, [verifierOf(ours)]).signers).toHaveLength(1)
    expect(verifyNote(cosigned, [verifierOf(ours), verifierOf(witness)]).signers).toHaveLength(2)
  })

  test('a note that no known key signed is refused', async () => {
    const note = await signNote(text, witness)
    expect(reasonOf(() => verifyNote(note, [verifierOf(ours)]))).toBe('signer-unknown')
  })

  test('another key under our name is unknown, because its key id differs', async () => {
    const note = await signNote(text, signerOf(ours.name, 9))
    expect(reasonOf(() => verifyNote(note, [verifierOf(ours)]))).toBe('signer-unknown')
  })

  test('a bad signature under our key id refuses the note, whatever the others say', async () => {
    const good = await signNote(text, ours)
    const forged = await signNote(text, { ...ours, sign: async () => Buffer.alloc(64) })
    expect(reasonOf(() => verifyNote(forged, [verifierOf(ours)]))).toBe('signature-invalid')
    expect(reasonOf(() => verifyNote(good + signatureLine(forged), [verifierOf(ours)]))).toBe(
      'signature-invalid',
    )
  })

  test('any changed character is refused', async () => {
    const note = await signNote(text, ours)
    fc.assert(
      fc.property(fc.nat(note.length - 1), fc.string({ minLength: 1, maxLength: 1 }), (at, other) => {
        fc.pre(note[at] !== other)
        const changed = note.slice(0, at) + other + note.slice(at + 1)
        expect(reasonOf(() => verifyNote(changed, [verifierOf(ours)]))).not.toBe('accepted')
      }),
    )
  })

  test.each<[string, string | Buffer, string]>([
    ['nothing', '', 'no-signature'],
    ['a text alone', 'text\n', 'no-signature'],
    ['an empty text', '\n— a AAAAAAAA\n', 'no-signature'],
    ['no signature after the empty line', 'text\n\n', 'no-signature'],
    ['no newline at the end', 'text\n\n— a AAAAAAAA', 'no-signature'],
    ['a hyphen for the dash', 'text\n\n- a AAAAAAAA\n', 'signature-line-malformed'],
    ['a plus in the name', 'text\n\n— a+b AAAAAAAA\n', 'signature-line-malformed'],
    ['a space that is not ASCII in the name', 'text\n\n— a\u2003b AAAAAAAA\n', 'signature-line-malformed'],
    ['base64 that could be spelt otherwise', 'text\n\n— a AAAAAAB=\n', 'signature-line-malformed'],
    ['a key id without a signature', 'text\n\n— a AAAAAA==\n', 'signature-line-malformed'],
    ['a control character', 'te\u0001xt\n\n— a AAAAAAAA\n', 'control-character'],
    ['bytes that are not UTF-8', Buffer.from('text\xff\n\n— a AAAAAAAA\n', 'latin1'), 'not-utf8'],
    ['half a character', 'text\ud800\n\n— a AAAAAAAA\n', 'not-utf8'],
    ['a hundred signatures', `text\n\n${'— a AAAAAAAA\n'.repeat(100)}`, 'too-many-signatures'],
    ['a megabyte', `${'text'.repeat(300_000)}\n\n— a AAAAAAAA\n`, 'note-too-long'],
  ])('refuses %s', (_, note, reason) => {
    expect(reasonOf(() => parseNote(note))).toBe(reason)
  })

  test.each([
    '',
    'a',
    'a+00000000',
    'a+00000000+AQ==',
    `a+00000000+${Buffer.alloc(33, 1).toString('base64')}`,
  ])('refuses the verifier key «%s»', (key) => {
    expect(reasonOf(() => parseVerifierKey(key))).toBe('verifier-key-malformed')
  })
})

describe('a checkpoint', () => {
  const checkpoint = { origin: 'ledger.example.fr', size: 0, root: emptyRoot }

  test('is written as c2sp.org/tlog-checkpoint says', () => {
    expect(formatCheckpoint(checkpoint)).toBe(text)
    expect(parseCheckpoint(text)).toEqual(checkpoint)
  })

  test('reads the published example', () => {
    const published = 'example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n'
    expect(parseCheckpoint(published)).toMatchObject({
      origin: 'example.com/behind-the-sofa',
      size: 20852163,
    })
  })

  test('of any size and root reads as it was written', () => {
    const any = fc.record({
      origin: fc.constant('ledger.example.fr'),
      size: fc.maxSafeNat(),
      root: fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes)),
    })
    fc.assert(
      fc.property(any, (each) => {
        expect(parseCheckpoint(formatCheckpoint(each))).toEqual(each)
      }),
    )
  })

  test('extension lines are passed over', () => {
    expect(parseCheckpoint(`${text}more\n`)).toEqual(checkpoint)
  })

  const root = emptyRoot.toString('base64')
  test.each([
    ['', 'origin-malformed'],
    [`\n0\n${root}\n`, 'origin-malformed'],
    [`o\n00\n${root}\n`, 'size-malformed'],
    [`o\n-1\n${root}\n`, 'size-malformed'],
    [`o\n1e3\n${root}\n`, 'size-malformed'],
    [`o\n9007199254740993\n${root}\n`, 'size-malformed'],
    ['o\n0\nAAAA\n', 'root-malformed'],
    [`o\n0\n${root.slice(0, -1)}\n`, 'root-malformed'],
    [`o\n0\n${root}`, 'text-malformed'],
    [`o\n0\n${root}\n\nmore\n`, 'text-malformed'],
  ])('refuses %j', (wrong, reason) => {
    expect(reasonOf(() => parseCheckpoint(wrong))).toBe(reason)
  })

  test('of another log is refused, although our key signed it', async () => {
    const note = await signNote(formatCheckpoint({ ...checkpoint, origin: 'other.example.fr' }), ours)
    expect(reasonOf(() => openCheckpoint(note, [verifierOf(ours)]))).toBe('origin-differs')
  })

  test('signed by our key opens', async () => {
    expect(openCheckpoint(await signNote(text, ours), [verifierOf(ours)])).toEqual(checkpoint)
  })
})
