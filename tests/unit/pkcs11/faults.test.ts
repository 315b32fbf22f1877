import { createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto'
import { expect, test } from 'vitest'
import { faultOf } from '../../../src/adapters/pkcs11/faults.ts'
import { derSignature } from '../../../src/adapters/pkcs11/signers.ts'

// What libraries say, as pkcs11js throws it.
test.each([
  ['CKR_DEVICE_MEMORY', 'full'],
  ['CKR_PIN_INCORRECT', 'refused'],
  ['CKR_PIN_LOCKED', 'refused'],
  ['CKR_MECHANISM_PARAM_INVALID', 'refused'],
  ['CKR_DEVICE_REMOVED', 'away'],
  ['CKR_TOKEN_NOT_PRESENT', 'away'],
  ['CKR_SESSION_COUNT', 'away'],
  ['CKR_SESSION_HANDLE_INVALID', 'away'],
  ['CKR_USER_NOT_LOGGED_IN', 'away'],
  ['CKR_OBJECT_HANDLE_INVALID', 'away'],
  ['CKR_VENDOR_DEFINED', 'away'],
])('%s is %s, and its name is the reason', (name, kind) => {
  expect(faultOf(new Error(name))).toMatchObject({
    kind,
    reason: name.toLowerCase().replaceAll('_', '-'),
  })
})

test('what a library says in other words is not repeated', () => {
  expect(faultOf(new Error('could not open /etc/hsm with PIN 1234')).message).toBe('away library-failed')
})

test('signatures of a token verify once they are in DER, whatever their leading bits', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const key = createPublicKey(publicKey.export({ type: 'spki', format: 'pem' }))
  for (let i = 0; i < 60; i++) {
    const message = Buffer.of(i)
    const raw = sign('sha256', message, { key: privateKey, dsaEncoding: 'ieee-p1363' })
    expect(verify('sha256', message, key, derSignature(raw))).toBe(true)
  }
})

test('numbers of a signature lose their zeros in front, and stay positive', () => {
  const raw = Buffer.alloc(64)
  raw[31] = 0x80
  raw[63] = 0x7f
  expect(derSignature(raw).toString('hex')).toBe('30070202008002017f')
})
