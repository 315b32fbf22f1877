import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import {
  digestNameAt,
  holdsUntil,
  imprintOf,
  renewalDue,
  verifyEvidence,
} from '../../../src/domain/timestamps/renewal.ts'
import { goldenNamed, madeAt } from './golden.ts'

const stamped = { sha256: goldenNamed('p256').digest, sha512: goldenNamed('sha512').digest }
const date = (text: string) => new Date(`${text}T00:00:00Z`)

describe('evidence', () => {
  const anchors = ['p256', 'sha512'].flatMap((name) => goldenNamed(name).anchors)
  const judge = (tokens: Buffer[], now = madeAt, options = {}) =>
    verifyEvidence(stamped, tokens, anchors, now, options)

  test('is what one token over the digest says, SHA-256 or SHA-512', async () => {
    for (const name of ['p256', 'sha512']) {
      const { token } = goldenNamed(name)
      expect(await judge([token])).toMatchObject({
        isGood: true,
        tokens: [{ authority: `Golden authority ${name}` }],
      })
    }
  })
  test('without a token is none', async () => {
    expect(await judge([])).toEqual({ isGood: false, fault: 'timestamp-lapsed', generation: 0 })
  })
  test('is not made longer by a token over the same digest alone', async () => {
    const { token } = goldenNamed('p256')
    expect(await judge([token, token])).toEqual({
      ...{ isGood: false, fault: 'timestamp-of-other-data', generation: 2 },
    })
  })
  test('lapses with what it rests on, where the configuration knows better', async () => {
    const later = new Date(madeAt.getTime() + 30 * 86_400_000)
    const { token } = goldenNamed('p256')
    expect(
      await judge([token], later, { ends: { 'ecdsa-p256': madeAt.toISOString().slice(0, 10) } }),
    ).toEqual({
      ...{ isGood: false, fault: 'timestamp-lapsed', generation: 1 },
    })
  })
})

describe('a renewal', () => {
  test('stamps the digest and the token before it, as anyone can compute it', async () => {
    const before = Buffer.from('a token')
    const by = (name: string, digest: Buffer) => createHash(name).update(digest).update(before).digest()
    expect(Buffer.from(await imprintOf(stamped, before, 'sha256'))).toEqual(by('sha256', stamped.sha256))
    expect(Buffer.from(await imprintOf(stamped, before, 'sha512'))).toEqual(by('sha512', stamped.sha512))
    expect(await imprintOf(stamped, undefined, 'sha256')).toBe(stamped.sha256)
  })
  test('is due so many days before a certificate or an algorithm ends, and not right after another', () => {
    const now = date('2028-08-01')
    expect(renewalDue(now, 180)).toEqual({
      before: date('2029-01-28'),
      ended: ['sha1', 'rsa-2048'],
      madeBefore: date('2028-06-17'),
    })
    expect(renewalDue(now, 100).ended).toEqual(['sha1'])
  })
  test('goes over to SHA-512 once SHA-256 has ended', () => {
    const ends = { sha256: '2030-12-31' }
    expect(digestNameAt(date('2030-12-31'), ends)).toBe('sha256')
    expect(digestNameAt(date('2031-01-01'), ends)).toBe('sha512')
    expect(digestNameAt(date('2099-01-01'))).toBe('sha256')
  })
  test('keeps a token alive no longer than its certificate, nor than what it rests on', () => {
    const certificateUntil = date('2034-01-01')
    expect(holdsUntil({ certificateUntil, algorithms: ['sha256', 'rsa-2048'] })).toEqual(date('2029-01-01'))
    expect(holdsUntil({ certificateUntil, algorithms: ['sha256', 'rsa-3072'] })).toEqual(certificateUntil)
  })
})
