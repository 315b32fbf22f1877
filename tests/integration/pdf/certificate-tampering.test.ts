import { readFileSync } from 'node:fs'
import { X509Certificate } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openCertificateSigner } from '../../../src/adapters/certificates/local-signer.ts'
import { createCertificateMaker } from '../../../src/adapters/pdf/certificate-maker.ts'
import {
  type CertificateTrust,
  verifyCertificate,
} from '../../../src/domain/certificates/verify-certificate.ts'
import type { CertificateSigner } from '../../../src/evidence-ports.ts'
import { samplePage } from '../../interop/certificates/sample-page.ts'
import { createTestAuthority, type TestAuthority } from '../../interop/certificates/test-authority.ts'
import { isInstalled } from '../../tools.ts'

describe.skipIf(!isInstalled('openssl'))('a certificate', () => {
  let authority: TestAuthority
  let trust: CertificateTrust
  let signer: CertificateSigner
  let signed: Buffer
  let stamped: Buffer
  const signal = new AbortController().signal
  const page = { ...samplePage, issuedAt: new Date() }
  const verify = (pdf: Buffer, more: Partial<CertificateTrust> = {}, at = new Date()) =>
    verifyCertificate(pdf, { ...trust, ...more }, at)
  const faultOf = async (...asked: Parameters<typeof verify>) => {
    const verdict = await verify(...asked)
    return verdict.isGood ? 'none' : verdict.fault
  }

  beforeAll(async () => {
    authority = createTestAuthority()
    const anchor = new X509Certificate(readFileSync(authority.anchor)).raw
    trust = { anchors: [anchor], timestampAnchors: [anchor] }
    signer = openCertificateSigner(authority.signer())
    signed = (await createCertificateMaker({ signer }).make(page, signal)).pdf
    stamped = (await createCertificateMaker({ signer, authority: authority.timestamps }).make(page, signal))
      .pdf
  })
  afterAll(() => authority?.remove())

  test('is accepted as it was made, with what it proves', async () => {
    expect(await verify(signed)).toMatchObject({
      isGood: true,
      facts: { signer: 'Cachet de test', provenAt: undefined, timestamps: [] },
    })
    const verdict = await verify(stamped)
    expect(verdict).toMatchObject({ isGood: true, facts: { signer: 'Cachet de test' } })
    expect(verdict.isGood && verdict.facts.timestamps.map((one) => one.authority)).toEqual([
      'Horodatage de test',
      'Horodatage de test',
    ])
  })

  test('of which any byte was changed is refused', { timeout: 300_000 }, async () => {
    for (const pdf of [signed, stamped]) {
      const unnoticed: number[] = []
      for (const at of placesIn(pdf)) {
        const changed = Buffer.from(pdf)
        changed[at]! ^= at % 2 === 0 ? 0x01 : 0x20
        if ((await faultOf(changed)) === 'none') unnoticed.push(at)
      }
      expect(unnoticed).toEqual([])
    }
  })

  test('says which part is wrong', async () => {
    const changed = (at: number, to: (byte: number) => number) => {
      const pdf = Buffer.from(stamped)
      pdf[at] = to(pdf[at]!)
      return pdf
    }
    const otherByte = (byte: number) => byte ^ 1
    const otherDigit = (digit: number) => (digit === 0x30 ? 0x31 : 0x30)
    const noDigit = () => 0x67
    expect(await verify(changed(2_000, otherByte))).toEqual({
      ...{ isGood: false, fault: 'digest-differs', signature: 1 },
    })
    const [first, second] = [...stamped.toString('latin1').matchAll(/\/Contents </g)].map(
      ({ index }) => index,
    )
    expect(await verify(changed(first! + 3_000, otherDigit))).toMatchObject({ isGood: false, signature: 1 })
    expect(await verify(changed(second! + 3_000, otherDigit))).toMatchObject({ isGood: false, signature: 2 })
    expect(await verify(changed(second! + 3_000, noDigit))).toEqual({
      ...{ isGood: false, fault: 'contents-malformed', signature: 2 },
    })
    expect(await verify(changed(second! - 30, otherByte))).toMatchObject({ isGood: false })
  })

  test('is refused when it is cut off, or when anything comes after it', async () => {
    expect(await faultOf(stamped.subarray(0, -1))).toBe('range-malformed')
    expect(await faultOf(Buffer.concat([stamped, Buffer.from('\n')]))).toBe('bytes-after-signature')
    expect(await faultOf(Buffer.from('%PDF-1.4\n%%EOF'))).toBe('not-signed')
  })

  test('may lose its time-stamp, which then nobody believes it had', async () => {
    const end = signed.length
    expect(stamped.length).toBeGreaterThan(end)
    const cut = stamped.subarray(0, stamped.indexOf('%%EOF', stamped.indexOf('ETSI.CAdES.detached')) + 5)
    expect(await verify(cut)).toMatchObject({ isGood: true })
    expect((await verify(cut)) as object).toHaveProperty('facts.timestamps.length', 1)
  })

  test('to which an update adds more than a time-stamp is refused, whoever stamps it', async () => {
    const maker = createCertificateMaker({ signer, authority: authority.timestamps })
    const drawnOver = Buffer.concat([
      signed,
      Buffer.from(
        '\n7 0 obj\n<<\n/Type /Page\n>>\nendobj\n\nxref\n0 1\n0000000000 65535 f \n\ntrailer\n<<\n>>\n',
      ),
    ])
    const stampedOver = await maker.stamp(drawnOver, signal).catch(() => drawnOver)
    expect(['update-foreign', 'bytes-after-signature']).toContain(await faultOf(stampedOver))
    const other = Buffer.from(
      (await maker.stamp(signed, signal))
        .toString('latin1')
        .replace('/Rect [ 0 0 0 0 ]', '/Rect [ 0 0 9 9 ]'),
      'latin1',
    )
    expect(await faultOf(other)).toBe('update-foreign')
  })

  test('of an unknown signer, of one whose certificate had ended, or of an unknown authority, is named', async () => {
    expect(await faultOf(signed, { anchors: [] })).toBe('signer-unknown')
    expect(await faultOf(stamped, { timestampAnchors: [] })).toBe('timestamp-authority-unknown')
    const ended = openCertificateSigner(authority.expiredSigner())
    const late = (await createCertificateMaker({ signer: ended }).make(page, signal)).pdf
    expect(await faultOf(late)).toBe('signer-expired')
  })

  test('of a signer whose certificate was revoked is named', async () => {
    expect(await faultOf(stamped, { revocations: [authority.revoke('signer-ec')] })).toBe('signer-revoked')
  })

  test('that was stamped while its signer was valid outlives the certificate', async () => {
    const later = new Date(Date.now() + 40 * 86_400_000)
    expect(await faultOf(signed, {}, later)).toBe('signer-expired')
    expect(await faultOf(stamped, {}, later)).toBe('timestamp-lapsed')
  })
})

/** Some of the page, more of signatures, most of what holds the file together. */
function* placesIn(pdf: Buffer): Generator<number> {
  const signatures = pdf.indexOf('/AcroForm')
  for (let at = 0; at < pdf.length; at += at < signatures ? 9_973 : 797) yield at
  for (let at = pdf.length - 1_400; at < pdf.length; at += 11) yield at
}
