import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  consentHistory,
  consentStandings,
  currentConsent,
  recordConsent,
} from '../../../src/adapters/postgres/consents.ts'
import { inOrganisation, type Tx } from '../../../src/adapters/postgres/database.ts'
import type { ConsentDecision } from '../../../src/domain/consent.ts'
import type { OrganisationId, PatientId } from '../../../src/domain/ids.ts'
import { createTestDatabase, type TestDatabase } from '../../database.ts'
import { addFullOrganisation, digest, now } from './full-organisation.ts'

let database: TestDatabase
let organisationId: OrganisationId
let patientId: PatientId

beforeAll(async () => {
  database = await createTestDatabase()
  organisationId = await addFullOrganisation(database)
  patientId = (await database.owner.selectFrom('patients').select('id').executeTakeFirstOrThrow()).id
})
afterAll(() => database.drop())

const decision = (change: Partial<ConsentDecision> = {}): ConsentDecision => ({
  purpose: 'access-by-correspondent',
  status: 'granted',
  noticeVersion: '2026-1',
  channel: 'paper',
  evidenceSha256: digest(),
  legalBasis: null,
  decidedBy: null,
  decidedAt: now,
  expiresAt: null,
  ...change,
})
const inside = <Result>(work: (tx: Tx) => Promise<Result>) =>
  inOrganisation(database.app, organisationId, work)
const record = (...decisions: ConsentDecision[]) =>
  inside(async (tx) => {
    for (const each of decisions)
      await recordConsent(tx, organisationId, patientId, each, { by: 'cli', at: now })
  })

test('the decision recorded last counts, also among those of one moment', async () => {
  for (let round = 0; round < 10; round++) {
    await record(decision({ status: 'granted' }), decision({ status: 'withdrawn' }))
    const current = await inside((tx) => currentConsent(tx, patientId, 'access-by-correspondent'))
    expect(current?.status).toBe('withdrawn')
  }
})

test('an older decision that is recorded later does not take its place', async () => {
  await record(
    decision({ status: 'refused' }),
    decision({ status: 'granted', decidedAt: new Date('2024-01-01') }),
  )
  const current = await inside((tx) => currentConsent(tx, patientId, 'access-by-correspondent'))
  expect(current?.status).toBe('refused')
  const standings = await inside((tx) => consentStandings(tx, patientId, now))
  expect(standings.get('access-by-correspondent')).toBe('refused')
})

test('there is no decision for a purpose that nobody spoke of', async () => {
  expect(await inside((tx) => currentConsent(tx, patientId, 'access-to-other-services'))).toBeUndefined()
})

test('a grant past its term reads as expired, from the very moment on', async () => {
  const expiresAt = new Date('2027-01-01T00:00:00Z')
  await record(decision({ expiresAt }))
  const standingAt = async (time: Date) =>
    (await inside((tx) => consentStandings(tx, patientId, time))).get('access-by-correspondent')
  expect(await standingAt(new Date(expiresAt.getTime() - 1))).toBe('granted')
  expect(await standingAt(expiresAt)).toBe('expired')
})

test('tells how the patient stands for each purpose', async () => {
  await record(decision({ purpose: 'access-by-correspondent', status: 'refused' }))
  expect(await inside((tx) => consentStandings(tx, patientId, now))).toEqual(
    new Map([
      ['access-by-correspondent', 'refused'],
      ['digitisation', 'granted'],
    ]),
  )
})

test('gives every decision back as it was recorded, in order', async () => {
  const before = (await inside((tx) => consentHistory(tx, patientId))).length
  const decisions = [
    decision({ status: 'pending', channel: 'portal', evidenceSha256: null }),
    decision({ status: 'not-required', legalBasis: 'legal-obligation', decidedBy: 'physician-1' }),
  ]
  await record(...decisions)
  const history = (await inside((tx) => consentHistory(tx, patientId))).slice(before)
  expect(history).toMatchObject(
    decisions.map((each) => ({ ...each, patientId, recordedBy: 'cli', recordedAt: now })),
  )
})

test('refuses "not required" without the legal basis and the physician who decided', async () => {
  await expect(record(decision({ status: 'not-required' }))).rejects.toMatchObject({ code: '23514' })
})
