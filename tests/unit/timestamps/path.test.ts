import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { expect, test, vi } from 'vitest'
import { readCertificate } from '../../../src/domain/timestamps/certificate.ts'
import {
  around,
  type Bytes,
  childrenOf,
  encode,
  encodeOid,
  readDer,
  tags,
} from '../../../src/domain/timestamps/der.ts'
import { findPath } from '../../../src/domain/timestamps/path.ts'
import { verifyToken } from '../../../src/domain/timestamps/verify-token.ts'
import { goldenNamed, madeAt } from './golden.ts'

const spkiOf = (key: KeyObject): Bytes => Uint8Array.from(key.export({ type: 'spki', format: 'der' }))

/** The same certificate for another key; an anchor is believed for being named, not for its signature. */
function withKey(certificate: Uint8Array, spki: Bytes): Bytes {
  const [signed, ...rest] = childrenOf(readDer(Uint8Array.from(certificate)))
  const own = readCertificate(Uint8Array.from(certificate)).spki.all
  const fields = childrenOf(signed!).map(({ all }) => (Buffer.compare(all, own) === 0 ? spki : all))
  return encode(tags.sequence, encode(tags.sequence, ...fields), ...rest.map(({ all }) => all))
}

test.each([
  ['rsa', generateKeyPairSync('rsa', { modulusLength: 2048 })],
  ['weak', generateKeyPairSync('rsa', { modulusLength: 1024 })],
  ['ec', generateKeyPairSync('ec', { namedCurve: 'P-384' })],
])(
  'an authority that has had another key before (%s) is known by the one that it has now',
  async (_, former) => {
    const { token, digest, anchors } = goldenNamed('p256')
    const both = [withKey(anchors[0]!, spkiOf(former.publicKey)), ...anchors]
    expect(await verifyToken(token, digest, both, { at: madeAt })).toMatchObject({ isGood: true })
    expect(await verifyToken(token, digest, both.slice(0, 1), { at: madeAt })).toMatchObject({
      isGood: false,
    })
  },
)

const sequence = (...inside: readonly Uint8Array[]): Bytes => encode(tags.sequence, ...inside)

/** Certificates of one name and one key: each could have been issued by every other. */
function namesakes(count: number) {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const algorithm = sequence(encodeOid('1.2.840.10045.4.3.2'))
  const time = encode(tags.generalizedTime, Buffer.from('20260101000000Z'))
  return Array.from({ length: count }, (_, serial) => {
    const version = encode(around(0), encode(tags.integer, Uint8Array.of(2)))
    const number = encode(tags.integer, Uint8Array.of(serial + 1))
    const validity = sequence(time, time)
    const signed = sequence(version, number, algorithm, sequence(), validity, sequence(), spkiOf(publicKey))
    const signature = encode(tags.bitString, Uint8Array.of(0), sign('sha256', signed, privateKey))
    return readCertificate(sequence(signed, algorithm, signature))
  })
}

test('certificates that all could have issued each other are not tried in every order', async () => {
  const [signer, ...others] = namesakes(7)
  const tries = vi.spyOn(crypto.subtle, 'verify')
  await expect(findPath(signer!, others, [], madeAt)).rejects.toThrow('timestamp-authority-unknown')
  expect(tries.mock.calls.length).toBeLessThanOrEqual(100)
  tries.mockRestore()
})
