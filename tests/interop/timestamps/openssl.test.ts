import { execFileSync, spawnSync } from 'node:child_process'
import { createHash, randomBytes, X509Certificate } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openTimestampAuthorities } from '../../../src/adapters/timestamps/authorities.ts'
import {
  type DevelopmentAuthority,
  startTimestampAuthority,
} from '../../../src/devstack/timestamp-authority/server.ts'
import { imprintOf, verifyEvidence } from '../../../src/domain/timestamps/renewal.ts'
import { verifyToken } from '../../../src/domain/timestamps/verify-token.ts'
import { isInstalled } from '../../tools.ts'
import { golden, madeAt } from '../../unit/timestamps/golden.ts'

// The commands of docs/formats.md, "Trusted time", as a stranger would type them.
describe.skipIf(!isInstalled('openssl'))('openssl ts', () => {
  let folder: string
  let authority: DevelopmentAuthority
  const clock = { now: () => new Date() }
  const file = (name: string) => path.join(folder, name)
  const write = (name: string, content: Buffer | string) => {
    writeFileSync(file(name), content)
    return name
  }

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'scelle interop '))
    authority = await startTimestampAuthority({ directory: file('authority') })
  })
  afterAll(async () => {
    await authority?.close()
    rmSync(folder, { recursive: true, force: true })
  })

  const verify = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync('openssl', ['ts', '-verify', '-token_in', ...args], {
      ...{ cwd: folder, encoding: 'utf8' },
    })
    return { status, said: stdout + stderr }
  }
  const anchors = () => [new X509Certificate(readFileSync(authority.anchorFile)).raw]
  const stamp = (digest: Uint8Array) =>
    openTimestampAuthorities(
      [
        {
          ...{ name: 'development', url: authority.url, anchors: anchors() },
          ...{ timeoutMs: 20_000, toleranceMs: 60_000 },
        },
      ],
      { clock, random: randomBytes },
    ).stamp(Buffer.from(digest), AbortSignal.timeout(30_000))
  const both = (content: string) => ({
    sha256: createHash('sha256').update(content).digest(),
    sha512: createHash('sha512').update(content).digest(),
  })

  test('accepts a token over what it is over, and over nothing else', async () => {
    const content = 'ledger.example\n12\nroot\n\n— ledger.example signature\n'
    write('checkpoint', content)
    write('checkpoint.tst', await stamp(both(content).sha256))
    const common = ['-in', 'checkpoint.tst', '-CAfile', authority.anchorFile]
    expect(verify('-data', 'checkpoint', ...common)).toMatchObject({
      ...{ status: 0, said: expect.stringContaining('Verification: OK') },
    })
    write('another', `${content} `)
    expect(verify('-data', 'another', ...common).status).not.toBe(0)
  })

  test.each(['sha256', 'sha512'] as const)('accepts a renewal, by hand, with %s', async (name) => {
    const stamped = both('a document')
    const first = await stamp(await imprintOf(stamped, undefined, 'sha256'))
    const second = await stamp(await imprintOf(stamped, first, name))
    write('1.tst', first)
    write('2.tst', second)
    write('document', 'a document')
    const sum = `openssl dgst -${name} -binary document | cat - 1.tst | openssl dgst -${name} -binary | od -An -tx1 | tr -d ' \\n'`
    const digest = execFileSync('sh', ['-c', sum], { cwd: folder, encoding: 'utf8' })
    const anchor = ['-CAfile', authority.anchorFile]
    expect(verify('-digest', digest, '-in', '2.tst', ...anchor).status).toBe(0)
    expect(verify('-data', 'document', '-in', '1.tst', ...anchor).status).toBe(0)
    expect(await verifyEvidence(stamped, [first, second], anchors(), clock.now())).toMatchObject({
      ...{ isGood: true, tokens: [{}, { digestName: name }] },
    })
    // Neither the old token nor the digest can be exchanged under the new one.
    const other = await stamp(stamped.sha256)
    expect(await verifyEvidence(stamped, [other, second], anchors(), clock.now())).toMatchObject({
      ...{ isGood: false, generation: 2, fault: 'timestamp-of-other-data' },
    })
  })

  test.each(golden.map((one) => [one.name, one] as const))(
    'judges the golden token %s as we do',
    (name, one) => {
      write(`${name}.tst`, one.token)
      write(`${name}.pem`, one.anchors.map((anchor) => new X509Certificate(anchor).toString()).join(''))
      const at = ['-attime', String(Math.floor(madeAt.getTime() / 1000))]
      const { status, said } = verify(
        ...['-digest', one.digest.toString('hex'), '-in', `${name}.tst`, '-CAfile', `${name}.pem`, ...at],
      )
      // We are stricter with SHA-1 and with an issuer that is for mail only; revocation openssl is not asked about.
      const isLenient = ['signed-with-sha1', 'unfit', 'revoked', 'revoked-for-no-reason'].includes(name)
      expect(status === 0, said).toBe(one.verdict === 'good' || isLenient)
    },
  )

  test('and we find every golden token changed, whichever bit of it is', { timeout: 240_000 }, async () => {
    const missed: string[] = []
    for (const { name, token, digest, anchors: trusted, verdict } of golden) {
      if (verdict !== 'good') continue
      const bits = name === 'p256' ? [0, 1, 2, 3, 4, 5, 6, 7] : [0]
      for (let at = 0; at < token.length; at++)
        for (const bit of bits) {
          const changed = token.with(at, token[at]! ^ (1 << bit))
          const { isGood } = await verifyToken(changed, digest, trusted, { at: madeAt })
          if (isGood) missed.push(`${name} ${at} ${bit}`)
        }
    }
    expect(missed).toEqual([])
  })
})
