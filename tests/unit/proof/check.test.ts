import { beforeAll, describe, expect, test } from 'vitest'
import { buildProof } from '../../../src/proof/build.ts'
import { readKept } from '../../../src/proof/continuity.ts'
import { checkProof } from '../../../src/proof/check.ts'
import { noTrust } from '../../../src/proof/trust.ts'
import { unpack } from '../../../src/proof/packing.ts'
import { statementPath } from '../../../src/proof/proof-file.ts'
import {
  aLog,
  aProof,
  attesting,
  evidenceOfDocument,
  type Log,
  madeAt,
  pemOf,
  timeOf,
} from '../../proof/a-proof.ts'
import { badProofs } from '../../proof/bad-proofs.ts'

let log: Log
let proof: Uint8Array
beforeAll(async () => {
  log = await aLog()
  proof = await aProof(log)
})

describe('a proof file', () => {
  test('is proven where the ledger key was had by another way', async () => {
    const { verdict, findings, entries } = await checkProof(
      proof,
      { ...noTrust, ledgerKeys: [log.key] },
      madeAt,
    )
    expect({ verdict, findings, entries: entries.map(({ seq }) => seq) }).toEqual({
      verdict: 'proven',
      findings: [],
      entries: [0, 1, 3, 5, 6, 7, 8, 9],
    })
  })

  test('is proven beside a certificate that nobody can read: that one vouches for nothing', async () => {
    const anchors = `${timeOf('p256').anchors}${pemOf('CERTIFICATE', 'MAA=')}`
    const { verdict, findings } = await checkProof(
      proof,
      { ...noTrust, ledgerKeys: [log.key], anchors },
      madeAt,
    )
    expect({ verdict, findings }).toEqual({ verdict: 'proven', findings: [] })
  })

  test('is only coherent with the key that it brings itself', async () => {
    expect((await checkProof(proof, noTrust, madeAt)).verdict).toBe('coherent')
  })

  test('brings the statement of what it shows, in French', () => {
    const statement = new TextDecoder().decode(unpack(proof).get(statementPath))
    expect(statement).toContain('RELEVÉ DE VALEUR PROBANTE')
    expect(statement).toContain('relu chez l’hébergeur et trouvé identique')
    expect(statement).toContain(
      'horodaté par « Golden authority p256 »'.replaceAll(/(?<=«) | (?=»)/gu, '\u00a0'),
    )
  })

  test('names who signed the attestation that the ledger knows, and until when at the latest', async () => {
    const { grounds } = await checkProof(proof, noTrust, madeAt)
    expect(grounds?.attested).toMatchObject([
      { seq: attesting, signer: 'Golden signer', at: expect.stringMatching(/^20/) },
    ])
  })

  test('is not made of more entries than a check takes', async () => {
    const evidence = evidenceOfDocument(log)
    const entries = Array.from({ length: 100_001 }, () => evidence.entries[0]!)
    await expect(buildProof({ ...evidence, entries })).rejects.toThrow(/proof-too-large/)
  })

  test('is the same file for the same evidence', async () => {
    expect(Buffer.compare(await aProof(log), proof)).toBe(0)
  })
})

describe('beside a head that was kept, a proof', () => {
  const beside = async (kept: string[], since?: number) => {
    const evidence = evidenceOfDocument(log)
    const made = await buildProof({ ...evidence, continuity: since ? [log.since(since)] : [] })
    const report = await checkProof(made, { ...noTrust, kept }, madeAt)
    return { verdict: report.verdict, kept: report.kept, findings: report.findings }
  }
  const continued = (size: number) => ({
    ...{ verdict: 'coherent', findings: [] },
    kept: [{ size, standing: 'continued' }],
  })

  test('of the same ledger goes on from it, where the file shows how', async () => {
    expect(await beside([await log.headAt(4)], 4)).toEqual(continued(4))
    expect(await beside([await log.headAt(7)], 7)).toEqual(continued(7))
  })

  test('says so where it does not show it', async () => {
    expect(await beside([await log.headAt(5)], 4)).toMatchObject({
      ...{ verdict: 'coherent', findings: [] },
      kept: [{ size: 5, standing: 'not-shown' }],
    })
  })

  test('of the very same head has nothing more to show', async () => {
    expect(await beside([log.head])).toEqual(continued(10))
    expect(await beside(readKept(proof))).toEqual(continued(10))
  })

  test('what is no head is not taken for one', () => {
    expect(() => readKept(Buffer.from('10 entries'))).toThrow(/checkpoint-invalid/)
  })
})

describe('what is wrong with a proof file is named, and where:', async () => {
  for (const { name, make, code, path, reason, trust } of await badProofs()) {
    test(`such as ${name}`, async () => {
      const { verdict, findings } = await checkProof(await make(), trust ?? noTrust, madeAt)
      expect(verdict).toBe('faulty')
      expect(findings).toContainEqual(
        expect.objectContaining({ code, ...(path && { path }), ...(reason && { reason }) }),
      )
    })
  }
})
