import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readCertificate } from '../../../src/domain/timestamps/certificate.ts'
import { isForTimeStamping } from '../../../src/domain/timestamps/path.ts'
import { type TokenDemands, verifyToken } from '../../../src/domain/timestamps/verify-token.ts'
import { certificateOf, golden, goldenNamed, madeAt } from './golden.ts'

const day = 86_400_000
const good = goldenNamed('p256')
const judge = (one: (typeof golden)[number], demands: Partial<TokenDemands> = {}) =>
  verifyToken(one.token, one.digest, one.anchors, { at: madeAt, revocations: one.revocations, ...demands })
const faultOf = async (...given: Parameters<typeof judge>) => {
  const verdict = await judge(...given)
  return verdict.isGood ? 'good' : verdict.fault
}

describe('a token that openssl made', () => {
  test.each(golden.map((one) => [one.name, one] as const))('%s is judged as it deserves', async (_, one) => {
    expect(await faultOf(one)).toBe(one.verdict)
  })

  test.each([
    ['p256', ['ecdsa-p256', 'sha256']],
    ['p384', ['ecdsa-p384', 'sha256']],
    ['rsa2048', ['rsa-2048', 'sha256']],
    ['rsa3072', ['rsa-3072', 'sha256']],
    // Its certificate is signed with SHA-256 all the same.
    ['sha512', ['ecdsa-p256', 'sha256', 'sha512']],
  ])('%s says what it rests on', async (name, algorithms) => {
    const verdict = await judge(goldenNamed(name))
    expect(verdict).toMatchObject({
      isGood: true,
      facts: { algorithms, authority: `Golden authority ${name}` },
    })
  })

  test('leads to its anchor over the authority between them', async () => {
    const verdict = await judge(goldenNamed('between'))
    expect(verdict.isGood && verdict.facts.path).toHaveLength(3)
  })
})

describe('a good token is refused', () => {
  test('over other data', async () => {
    expect(await faultOf({ ...good, digest: Buffer.alloc(32) })).toBe('timestamp-of-other-data')
  })
  test('without the anchor that vouches for it', async () => {
    expect(await faultOf({ ...good, anchors: [] })).toBe('timestamp-authority-unknown')
    const others = goldenNamed('rsa2048').anchors
    expect(await faultOf({ ...good, anchors: others })).toBe('timestamp-authority-unknown')
  })
  test('under a policy that is not accepted', async () => {
    expect(await faultOf(good, { policies: ['1.2.3'] })).toBe('timestamp-policy-wrong')
    expect(await faultOf(good, { policies: ['1.2.3', '1.3.6.1.4.1.32473.1.1'] })).toBe('good')
  })
  test('with another nonce than that of the request', async () => {
    expect(await faultOf(good, { nonce: Uint8Array.of(1, 2, 3) })).toBe('timestamp-nonce-differs')
  })
  test('from the future, and from the past where it should be fresh', async () => {
    const at = (ms: number) => new Date(madeAt.getTime() + ms)
    expect(await faultOf(good, { at: at(-day) })).toBe('timestamp-time-wrong')
    expect(await faultOf(good, { at: at(day) })).toBe('good')
    expect(await faultOf(good, { at: at(day), toleranceMs: 60_000 })).toBe('timestamp-time-wrong')
  })
  test('once its certificate has ended, unless something younger covers it', async () => {
    expect(await faultOf(good, { at: new Date(madeAt.getTime() + 11 * 365 * day) })).toBe('timestamp-lapsed')
  })
  test('by a revocation list of its authority, and by no other', async () => {
    const revoked = goldenNamed('revoked')
    expect(await faultOf({ ...revoked, revocations: [] })).toBe('good')
    expect(await faultOf({ ...good, revocations: revoked.revocations })).toBe('good')
    const forged = revoked.revocations.map((list) =>
      Buffer.from(list.with(list.length - 3, list.at(-3)! ^ 1)),
    )
    expect(await faultOf({ ...revoked, revocations: forged })).toBe('good')
  })
})

test.each([
  ['stamping', true],
  ['stamping-and-mail', false],
  ['stamping-by-the-way', false],
  ['issuing', false],
])('a certificate for %s may stamp: %s', (name, may) => {
  expect(isForTimeStamping(readCertificate(certificateOf(name)))).toBe(may)
})

// Every golden token, and every bit: tests/interop/timestamps.
test('is found changed, whichever byte of it is', { timeout: 60_000 }, async () => {
  const missed: number[] = []
  for (let at = 0; at < good.token.length; at++) {
    const token = Buffer.from(good.token.with(at, good.token[at]! ^ (1 << (at % 8))))
    if ((await faultOf({ ...good, token })) === 'good') missed.push(at)
  }
  expect(missed).toEqual([])
})

test('is refused cut short, lengthened or replaced by anything, and never throws', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.nat(good.token.length - 1),
      fc.uint8Array({ maxLength: 40 }),
      fc.boolean(),
      async (at, put, isCut) => {
        const end = isCut ? at : at + put.length
        const token = Buffer.concat([good.token.subarray(0, at), put, good.token.subarray(end)])
        fc.pre(!token.equals(good.token))
        expect(await faultOf({ ...good, token })).not.toBe('good')
      },
    ),
    { numRuns: 150 },
  )
})
