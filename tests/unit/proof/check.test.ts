import { beforeAll, describe, expect, test } from 'vitest'
import { checkProof } from '../../../src/proof/check.ts'
import { noTrust } from '../../../src/proof/trust.ts'
import { unpack } from '../../../src/proof/packing.ts'
import { statementPath } from '../../../src/proof/proof-file.ts'
import { aLog, aProof, type Log, madeAt } from '../../proof/a-proof.ts'
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
      entries: [0, 1, 3, 5, 6, 7, 8],
    })
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

  test('is the same file for the same evidence', async () => {
    expect(Buffer.compare(await aProof(log), proof)).toBe(0)
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
