import { createHash, randomBytes, X509Certificate } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openTimestampAuthorities } from '../../../src/adapters/timestamps/authorities.ts'
import type { AuthorityOptions } from '../../../src/adapters/timestamps/authority.ts'
import { developmentPolicy } from '../../../src/devstack/timestamp-authority/certificates.ts'
import {
  type AuthorityFault,
  type DevelopmentAuthority,
  startTimestampAuthority,
} from '../../../src/devstack/timestamp-authority/server.ts'
import type { Failure } from '../../../src/domain/failure.ts'
import { verifyToken } from '../../../src/domain/timestamps/verify-token.ts'
import { isInstalled } from '../../tools.ts'

// `openssl ts` behind HTTP: what a real authority sends, and what a broken one could.
describe.skipIf(!isInstalled('openssl'))('timestamp authorities', () => {
  let directory: string
  let first: DevelopmentAuthority
  let second: DevelopmentAuthority
  let anchors: Buffer[]
  let fault: AuthorityFault | undefined
  const clock = { now: () => new Date() }
  const digest = createHash('sha256').update('a checkpoint').digest()
  const signal = AbortSignal.timeout(60_000)

  beforeAll(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'scelle tsa '))
    first = await startTimestampAuthority({ directory: path.join(directory, 'one'), faults: () => fault })
    second = await startTimestampAuthority({ directory: path.join(directory, 'two') })
    anchors = await Promise.all([first, second].map(({ anchorFile }) => der(anchorFile)))
  })
  beforeEach(() => {
    fault = undefined
  })
  afterAll(async () => {
    await Promise.all([first?.close(), second?.close()])
    await rm(directory, { recursive: true, force: true })
  })

  const der = async (file: string): Promise<Buffer> => new X509Certificate(await readFile(file)).raw
  const one = (changes: Partial<AuthorityOptions> = {}): AuthorityOptions => ({
    ...{ name: 'one', url: first.url, anchors: anchors.slice(0, 1), timeoutMs: 20_000, toleranceMs: 60_000 },
    ...changes,
  })
  const two = (): AuthorityOptions => ({ ...one(), name: 'two', url: second.url, anchors: anchors.slice(1) })
  const stampBy = (...authorities: AuthorityOptions[]) =>
    openTimestampAuthorities(authorities, { clock, random: randomBytes }).stamp(digest, signal)

  test('give a token that verifies up to their anchor', async () => {
    const token = await stampBy(one({ policy: developmentPolicy }))
    const verdict = await verifyToken(token, digest, anchors, { at: clock.now() })
    expect(verdict).toMatchObject({ isGood: true, facts: { policy: developmentPolicy } })
  })

  test('stamp SHA-512 as well', async () => {
    const longer = createHash('sha512').update('a checkpoint').digest()
    const authority = openTimestampAuthorities([one()], { clock, random: randomBytes })
    const token = await authority.stamp(longer, signal)
    const verdict = await verifyToken(token, longer, anchors, { at: clock.now() })
    expect(verdict).toMatchObject({ isGood: true, facts: { digestName: 'sha512' } })
  })

  test.each<[AuthorityFault, object]>([
    ['away', { code: 'timestamp-away', facts: { authority: 'one', reason: 'no-connection' } }],
    [{ slow: 3_000 }, { code: 'timestamp-away', facts: { authority: 'one', reason: 'too-slow' } }],
    [{ status: 503 }, { code: 'timestamp-away', facts: { authority: 'one', reason: 'http-503' } }],
    ['refuses', { code: 'timestamp-away', facts: { authority: 'one', reason: 'refused-2' } }],
    ['garbage', { code: 'timestamp-malformed', facts: { authority: 'one' } }],
    ['wrong-nonce', { code: 'timestamp-nonce-differs' }],
    ['other-data', { code: 'timestamp-of-other-data' }],
    ['expired-certificate', { code: 'timestamp-certificate-expired' }],
    ['unknown-authority', { code: 'timestamp-authority-unknown' }],
  ])('name what is wrong with the answer: %j', async (wrong, failure) => {
    fault = wrong
    await expect(stampBy(one({ timeoutMs: 1_500 }))).rejects.toMatchObject(failure)
  })

  test('name a policy that was not asked for, and a time that is not ours', async () => {
    await expect(stampBy(one({ policy: '1.3.6.1.4.1.32473.9' }))).rejects.toMatchObject({
      code: 'timestamp-away',
      facts: { reason: 'refused-2' },
    })
    const slow = { now: () => new Date(Date.now() - 3_600_000) }
    const authority = openTimestampAuthorities([one()], { clock: slow, random: randomBytes })
    await expect(authority.stamp(digest, signal)).rejects.toMatchObject({ code: 'timestamp-time-wrong' })
  })

  test('stand in for each other, and the one that failed is asked last for a while', async () => {
    const heard: Failure[] = []
    const authority = openTimestampAuthorities([one(), two()], { clock, random: randomBytes }, (failure) =>
      heard.push(failure),
    )
    fault = 'away'
    await authority.stamp(digest, signal)
    await authority.stamp(digest, signal)
    expect(heard.map(({ code, facts }) => [code, facts['authority']])).toEqual([['timestamp-away', 'one']])
  })

  test('are given up at once when the process stops', async () => {
    fault = { slow: 10_000 }
    const stopping = new AbortController()
    const authority = openTimestampAuthorities([one(), two()], { clock, random: randomBytes })
    const stamped = authority.stamp(digest, stopping.signal)
    setTimeout(() => stopping.abort(), 50)
    await expect(stamped).rejects.toMatchObject({ code: 'cancelled' })
  })
})
