import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openLedgerEvidence } from '../../../src/adapters/postgres/ledger-evidence.ts'
import { openTruth } from '../../../src/adapters/postgres/records/truth.ts'
import { makeProof, type ProofRoom } from '../../../src/commands/make-proof.ts'
import { type CustodyEvent, custodyEvent } from '../../../src/domain/custody.ts'
import type { OrganisationId } from '../../../src/domain/ids.ts'
import type { Archives } from '../../../src/ports.ts'
import { formatVerifierKey } from '../../../src/ledger/note.ts'
import { checkProof } from '../../../src/proof/check.ts'
import { noTrust } from '../../../src/proof/trust.ts'
import { addTestOrganisation } from '../postgres/full-organisation.ts'
import { type LedgerHouse, openLedgerHouse } from './ledger-house.ts'

const [batchId, documentId, otherDocument, patientId] = [
  randomUUID(),
  randomUUID(),
  randomUUID(),
  randomUUID(),
]
const [fileId, otherFile, pageId, otherPage] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()]

let house: LedgerHouse
let room: ProofRoom
let organisationId: OrganisationId
const record = (...events: CustodyEvent[]) =>
  openTruth(house.database.app, house.clock).transaction(organisationId, ({ append }) =>
    append('cli', events),
  )

beforeAll(async () => {
  house = await openLedgerHouse()
  organisationId = await addTestOrganisation(house.database)
  const { ledger, signer, clock } = house
  const evidence = openLedgerEvidence(house.database.system)
  const [truth, archives] = [openTruth(house.database.app, clock), {} as Archives]
  room = {
    ...{ ledger, signer, clock, evidence, truth, archives, witnesses: [] },
    ...{ anchors: [], signerAnchors: [], revocations: [] },
  }
  await house.happen(700)
  await record(
    custodyEvent('consent-recorded', { patientId }),
    custodyEvent('batch-received', { batchId }),
    custodyEvent('file-staged', { batchId, fileId }),
    custodyEvent('file-staged', { batchId, fileId: otherFile }),
    custodyEvent('page-examined', { batchId, fileId, pageId }),
    custodyEvent('page-examined', { batchId, fileId: otherFile, pageId: otherPage }),
    custodyEvent('document-composed', { batchId, documentId, patientId }),
    custodyEvent('document-composed', { batchId, documentId: otherDocument }),
    custodyEvent('page-recognised', { batchId, documentId, pageId }),
    custodyEvent('batch-closed', { batchId }),
  )
  await house.extend()
  await house.happen(300)
  await house.extend()
  await house.publish()
})
afterAll(() => house.close())

const proven = async (kind: 'document' | 'batch' | 'patient', id: string) => {
  const { file, ...figures } = await makeProof(organisationId, { kind, id }, room)
  const trust = { ...noTrust, ledgerKeys: [formatVerifierKey(house.signer)] }
  const { verdict, findings, entries } = await checkProof(file, trust, house.clock.now())
  return { figures, verdict, findings, types: entries.map(({ type }) => type) }
}

test("proves a document with its pages, its files, its batch and its patient's decisions, and nothing else", async () => {
  expect(await proven('document', documentId)).toEqual({
    figures: { entries: 7, size: 1010, waiting: 0, isTimed: false },
    verdict: 'proven',
    findings: [],
    types: [
      ...['consent-recorded', 'batch-received', 'file-staged', 'page-examined', 'document-composed'],
      ...['page-recognised', 'batch-closed'],
    ],
  })
})

test('proves all of a batch', async () => {
  expect(await proven('batch', batchId)).toMatchObject({ verdict: 'proven', figures: { entries: 9 } })
})

test("proves a patient's documents and decisions", async () => {
  expect((await proven('patient', patientId)).types).toEqual([
    ...['consent-recorded', 'document-composed', 'page-recognised'],
  ])
})

test('tells what no published head covers yet, and leaves it out', async () => {
  await record(custodyEvent('document-read', { batchId, documentId }))
  await house.extend()
  expect((await proven('document', documentId)).figures).toMatchObject({ entries: 7, waiting: 1 })
})

test('shows that the ledger goes on from a head that somebody kept, where its size is told', async () => {
  const kept = (await house.ledger.headAt(710))!.note
  const beside = async (since?: number) => {
    const { file } = await makeProof(organisationId, { kind: 'batch', id: batchId }, room, { since })
    return (await checkProof(file, { ...noTrust, kept: [kept] }, house.clock.now())).kept
  }
  expect(await beside()).toEqual([{ size: 710, standing: 'not-shown' }])
  expect(await beside(710)).toEqual([{ size: 710, standing: 'continued' }])
  await expect(beside(2_000)).rejects.toMatchObject({ code: 'entry-not-published' })
})

test('knows nothing of what is of another organisation', async () => {
  const other = await addTestOrganisation(house.database)
  await expect(makeProof(other, { kind: 'document', id: documentId }, room)).rejects.toMatchObject({
    code: 'not-found',
  })
})
