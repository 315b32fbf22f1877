import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openCertificateSigner } from '../../../src/adapters/certificates/local-signer.ts'
import { createCertificateMaker } from '../../../src/adapters/pdf/certificate-maker.ts'
import { Failure } from '../../../src/domain/failure.ts'
import type { TimestampAuthority } from '../../../src/evidence-ports.ts'
import { missingForPreflight, preflightProgram } from '../../preflight.ts'
import { isInstalled } from '../../tools.ts'
import { samplePage } from './sample-page.ts'
import { createTestAuthority, type TestAuthority } from './test-authority.ts'

const away: TimestampAuthority = {
  stamp: () => Promise.reject(new Failure('timestamp-away')),
}
const signal = new AbortController().signal

let authority: TestAuthority
/** Each certificate as it is at a step of its life. */
const files: Record<string, string> = {}
const kinds = ['ec', 'rsa'] as const
const steps = kinds.flatMap((kind) => [`${kind}-signed`, `${kind}-stamped`, `${kind}-stamped-later`])

/** Whether those are that were made while the authority was away. */
const stamped: boolean[] = []
const keep = (name: string, pdf: Buffer): void => {
  files[name] = path.join(authority.folder, `${name}.pdf`)
  writeFileSync(files[name], pdf)
}
const run = (program: string, ...args: string[]): string =>
  execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })

beforeAll(async () => {
  authority = createTestAuthority()
  for (const kind of kinds) {
    const signer = openCertificateSigner(authority.signer(kind))
    const signed = await createCertificateMaker({ signer, authority: away }).make(samplePage, signal)
    stamped.push(signed.isStamped)
    keep(`${kind}-signed`, signed.pdf)
    const maker = createCertificateMaker({ signer, authority: authority.timestamps })
    keep(`${kind}-stamped`, (await maker.make(samplePage, signal)).pdf)
    keep(`${kind}-stamped-later`, await maker.stamp(signed.pdf, signal))
  }
})
afterAll(() => authority?.remove())

test('what was made while the authority was away says so', () => {
  expect(stamped).toEqual([false, false])
})

test.skipIf(missingForPreflight)('PDFBox Preflight finds each step valid PDF/A-1b', () => {
  for (const step of steps) expect(run('java', ...preflightProgram, files[step]!)).toContain('valid PDF/A-1b')
})

test.skipIf(!isInstalled('qpdf')).each(steps)('qpdf has nothing to say of %s', (step) => {
  const { status, stderr } = spawnSync('qpdf', ['--check', files[step]!], { encoding: 'utf8' })
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
})

describe.skipIf(!isInstalled('pdfsig') || !isInstalled('certutil'))('pdfsig', () => {
  const believing = (trust: 'trusted' | 'unknown') => path.join(authority.folder, trust)
  const check = (file: string, trust: 'trusted' | 'unknown'): string =>
    run('pdfsig', '-nssdir', believing(trust), file)

  beforeAll(() => {
    for (const trust of ['trusted', 'unknown'] as const) {
      mkdirSync(believing(trust))
      run('certutil', '-N', '-d', `sql:${believing(trust)}`, '--empty-password')
    }
    const trusting = ['-n', 'test', '-t', 'C,C,C', '-i', authority.anchor]
    run('certutil', '-A', '-d', `sql:${believing('trusted')}`, ...trusting)
  })

  test.each(steps)('finds the signature of %s valid, and its signer trusted', (step) => {
    const said = check(files[step]!, 'trusted')
    expect(said).toContain('Signature Type: ETSI.CAdES.detached')
    expect(said).toContain('Signature is Valid.')
    expect(said).toContain('Certificate is Trusted.')
  })

  test('does not know a signer whose authority it was not given', () => {
    expect(check(files['ec-signed']!, 'unknown')).toContain('Certificate issuer is unknown.')
  })
})

describe.skipIf(!isInstalled('openssl'))('openssl', () => {
  /** The signature and what it covers, taken out as docs/formats.md says. */
  const takeOut = (file: string, which: number): { cms: string; covered: string } => {
    const script = path.resolve('tests/interop/certificates/take-out.py')
    const [cms, covered] = [`${file}.${which}.der`, `${file}.${which}.bin`]
    run('python3', script, file, String(which), cms, covered)
    return { cms, covered }
  }

  test.each(steps)('accepts the CAdES signature of %s', (step) => {
    const { cms, covered } = takeOut(files[step]!, 0)
    const said = spawnSync(
      'openssl',
      [
        ...['cms', '-verify', '-cades', '-binary', '-inform', 'DER', '-in', cms, '-content', covered],
        ...['-CAfile', authority.anchor, '-purpose', 'any', '-out', '/dev/null'],
      ],
      { encoding: 'utf8' },
    )
    expect(said.stderr).toContain('CAdES Verification successful')
    expect(said.status).toBe(0)
  })

  test.each(steps.filter((step) => !step.endsWith('-signed')))(
    'accepts the document time-stamp of %s',
    (step) => {
      const { cms, covered } = takeOut(files[step]!, 1)
      const said = run(
        'openssl',
        ...['ts', '-verify', '-token_in', '-in', cms, '-data', covered, '-CAfile', authority.anchor],
      )
      expect(said).toContain('Verification: OK')
    },
  )
})

test.skipIf(!isInstalled('pdftotext'))('pdftotext gives the facts, pdfinfo the proof', () => {
  const text = run('pdftotext', '-layout', files['ec-stamped']!, '-')
  for (const said of [
    'Attestation de dépôt',
    'Versé et relu',
    '340',
    'Cachet de test',
    samplePage.place.leaf,
  ])
    expect(text).toContain(said)
  const metadata = run('pdfinfo', '-meta', files['ec-stamped']!)
  expect(metadata).toContain('c2sp.org/tlog-proof@v1\nindex 1234\n')
  expect(metadata).toContain('— ledger.scelle.test AAAA')
})

test('a key that others can read, or of another certificate, is refused', () => {
  const [ours, other] = [authority.signer('ec'), authority.expiredSigner()]
  expect(() => openCertificateSigner({ key: other.key, chain: ours.chain })).toThrow(
    /certificate-of-another-key/,
  )
  run('chmod', '644', ours.key)
  expect(() => openCertificateSigner(ours)).toThrow(/key-file-exposed/)
})
