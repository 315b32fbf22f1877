import { describe, expect, test } from 'vitest'
import { goldenLedger } from '../../../fixtures/certificates/golden-page.ts'
import { revisionsOf } from '../../../src/domain/certificates/revisions.ts'
import { formatVerifierKey } from '../../../src/ledger/note.ts'
import { checkCertificate, isPdf } from '../../../src/proof/check-certificate.ts'
import { noTrust } from '../../../src/proof/trust.ts'
import {
  attestation,
  expiredAttestation,
  madeAt,
  revocationOfSigner,
  signerRoot,
  strangerRoot,
} from '../../proof/a-proof.ts'
import { signerOf } from '../ledger/signers.ts'

const ledgerKeys = [formatVerifierKey(goldenLedger)]
const check = (pdf: Buffer, trust: { anchors?: string; ledgerKeys?: string[] } = {}) =>
  checkCertificate(pdf, { ...noTrust, anchors: signerRoot, ...trust }, madeAt)

describe('an attestation by itself', () => {
  test('is proven up to the authorities and the ledger key that one gives', async () => {
    expect(isPdf(attestation)).toBe(true)
    expect(await check(attestation, { ledgerKeys })).toMatchObject({
      ...{ verdict: 'proven', findings: [], facts: { signer: 'Golden signer' } },
      place: { index: 2, origin: 'ledger.example.fr', size: 3 },
    })
  })

  test('is coherent at best where nobody gave the ledger key', async () => {
    expect(await check(attestation)).toMatchObject({ verdict: 'coherent', place: undefined })
  })

  test.each([
    ['an unknown authority', attestation, strangerRoot, 'timestamp-authority-unknown'],
    ['a signer whose certificate had expired', expiredAttestation, signerRoot, 'signer-expired'],
    ['a signer who was revoked', attestation, signerRoot + revocationOfSigner, 'signer-revoked'],
  ])('of %s is refused', async (_, pdf, anchors, reason) => {
    expect(await check(pdf, { anchors, ledgerKeys })).toEqual({
      ...{ verdict: 'faulty', facts: undefined, place: undefined },
      findings: [{ code: 'certificate-invalid', path: 'Signature', reason }],
    })
  })

  test('whose entry another ledger of this name holds is refused', async () => {
    const others = [formatVerifierKey(signerOf('ledger.example.fr', 2))]
    expect((await check(attestation, { ledgerKeys: others })).findings).toEqual([
      { code: 'ledger-unknown', path: 'LedgerProof' },
    ])
  })

  test('that says a day of signing which is none is refused, as what no house has written', () => {
    const changed = attestation
      .toString('latin1')
      .replace(/\/M \(D:\d{4}\d\d/, (said) => `${said.slice(0, -2)}13`)
    expect(() => revisionsOf(Uint8Array.from(Buffer.from(changed, 'latin1')))).toThrow('update-foreign')
  })

  test('is looked for in a file of figures alone, and soon not found', async () => {
    const figures = '1'.repeat(300_000)
    const range = (length: number) =>
      `\n/ByteRange [ 0 ${figures.length} ${figures.length + 6} ${length} ]\n>>\nendobj\n`
    const length = range(0).length + 1
    const pdf = Buffer.from(`${figures}<3000>${range(length)}`, 'latin1')
    expect((await check(pdf)).findings).toMatchObject([{ reason: 'update-foreign' }])
  })

  test('is not believed beside a revocation list that nobody can read', async () => {
    const list = '-----BEGIN X509 CRL-----\nMAA=\n-----END X509 CRL-----\n'
    expect((await check(attestation, { anchors: signerRoot + list })).findings).toEqual([
      { code: 'revocations-malformed', path: '' },
    ])
  })
})
