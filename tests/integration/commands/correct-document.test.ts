import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { openOneAtATime } from '../../../src/adapters/postgres/one-at-a-time.ts'
import { unpackPages } from '../../../src/adapters/tar/unpack.ts'
import { type CorrectionRoom, correctDocument } from '../../../src/commands/correct-document.ts'
import { readFindings } from '../../../src/commands/read-findings.ts'
import type { SaidFindings } from '../../../src/domain/correction.ts'
import type { DocumentId, PatientId } from '../../../src/domain/ids.ts'
import type { ObjectStore } from '../../../src/ports.ts'
import { dropOf, ofPatients } from '../stages/paper.ts'
import { openWorks, type Works } from '../stages/works.ts'

let works: Works
let patient: PatientId
beforeAll(async () => {
  works = await openWorks()
  patient = await works.patient('SP-1')
  await works.patient('PENDING')
})
afterAll(() => works.close())
beforeEach(() => works.decide(patient, 'granted'))

let drops = 0
/** A document that was taken for a visit of the 12th of March 2024; its batch is closed. */
async function archived(): Promise<DocumentId> {
  const text = `Fiche de visite\nFait le 12/03/2024\n${++drops}`
  const batch = await works.submit(dropOf({ 'a.jpg': [{ text }] }, ofPatients({ 'a.jpg': 'SP-1' })))
  await works.run()
  expect((await works.batch(batch)).state).toBe('closed')
  return (await works.documents(batch))[0]!.id
}

const room = (more: Partial<CorrectionRoom> = {}): CorrectionRoom => ({
  ...{ ...works, ...works.ports, unpacker: unpackPages, lockDays: 90 },
  oneAtATime: openOneAtATime(works.database.system),
  ...more,
})
const correct = (id: DocumentId, said: SaidFindings, by = 'clerk', more: Partial<CorrectionRoom> = {}) =>
  correctDocument(works.organisationId, id, said, by, room(more))
const findings = (id: DocumentId) => readFindings(works.organisationId, id, 'doctor', room())
const wordsOf = async (id: DocumentId) => (await works.deposits(id)).filter(({ part }) => part === 'words')
async function corrections(documentId: DocumentId) {
  const { rows } = await sql<{ actor: string; details: object; digests: object }>`
    select actor, details, digests from custody_events
    where type = 'document-corrected' and subject @> ${JSON.stringify({ documentId })} order by (details->>'version')::int`.execute(
    works.database.owner,
  )
  return rows
}

test('is a new version of the words, deposited, locked, read back and recorded, beside the earlier one', async () => {
  const id = await archived()
  const [before] = await wordsOf(id)
  expect(await correct(id, { type: 'letter' })).toMatchObject({ version: 2 })
  const [first, second] = await wordsOf(id)
  expect(first).toEqual(before)
  expect(second).toMatchObject({ version: 2, objectKey: `${works.organisationId}/${id}/v2.words.cms` })
  expect(second!.verifiedAt).not.toBeNull()
  expect((await works.archive.head(second!.objectKey))?.retainUntil).toEqual(second!.retainUntil)
  expect(await corrections(id)).toEqual([
    {
      actor: 'clerk',
      details: { part: 'words', version: 2, type: true, date: false },
      digests: { content: second!.contentSha256, sealed: second!.sealedSha256 },
    },
  ])
  const last = (await works.events({ documentId: id })).slice(-4)
  expect([...last].sort()).toEqual([
    ...['deposit-verified', 'document-corrected', 'document-deposited', 'document-sealed'],
  ])
})

test('takes the place of what was found, with who said so and when; the rest stays', async () => {
  const id = await archived()
  expect(await findings(id)).toMatchObject({ type: { code: 'visit', page: 1 }, corrections: [] })
  await correct(id, { type: 'letter' })
  const at = works.clock.now().toISOString()
  expect(await findings(id)).toMatchObject({
    type: { code: 'letter', confidence: 1, page: null },
    date: { value: '2024-03-12', page: 1 },
    corrections: [{ at, by: 'clerk', type: 'letter' }],
  })
  works.clock.advance(1_000)
  await correct(id, { date: '2024-03-13' }, 'physician')
  const now = await findings(id)
  expect(now).toMatchObject({ type: { code: 'letter' }, date: { value: '2024-03-13', page: null } })
  expect(now.corrections.map(({ by }) => by)).toEqual(['clerk', 'physician'])
  expect((await wordsOf(id)).map(({ version }) => version)).toEqual([1, 2, 3])
})

test('is said once, however often it is asked for', async () => {
  const id = await archived()
  const said = await Promise.all([1, 2, 3].map(() => correct(id, { type: 'letter', date: '2024-03-12' })))
  expect(said.map(({ version }) => version)).toEqual([2, 2, 2])
  expect(await corrections(id)).toHaveLength(1)
})

test('makes a person’s word also of what the machine had found', async () => {
  const id = await archived()
  expect(await correct(id, { type: 'visit' })).toMatchObject({ version: 2, index: { type: { page: null } } })
})

/** The archive, but for one operation. */
const spoilt = (store: Partial<ObjectStore>): Partial<CorrectionRoom> => ({
  archives: { of: () => Object.assign(Object.create(works.archive) as ObjectStore, store) },
})
const die = () => Promise.reject(new Error('the process died'))

test('that was cut off after it was put is brought to its end by the next, in the name of who said it', async () => {
  const id = await archived()
  await expect(correct(id, { type: 'letter' }, 'clerk', spoilt({ head: die }))).rejects.toThrow('died')
  expect(await findings(id)).toMatchObject({ type: { code: 'visit' } })
  works.clock.advance(1_000)
  expect(await correct(id, { date: '2024-03-13' }, 'physician')).toMatchObject({ version: 3 })
  expect((await corrections(id)).map(({ actor }) => actor)).toEqual(['clerk', 'physician'])
  expect(await findings(id)).toMatchObject({ type: { code: 'letter' }, date: { value: '2024-03-13' } })
})

test('that was cut off before it was put leaves its place alone: it may still arrive', async () => {
  const id = await archived()
  await expect(correct(id, { type: 'letter' }, 'clerk', spoilt({ put: die }))).rejects.toThrow('died')
  expect(await correct(id, { type: 'letter' })).toMatchObject({ version: 3 })
  const words = await wordsOf(id)
  expect(words.map(({ version, depositedAt }) => [version, depositedAt !== null])).toEqual([
    [1, true],
    [2, false],
    [3, true],
  ])
  expect(await findings(id)).toMatchObject({ type: { code: 'letter' } })
})

test('asks the gate at reading, and notes the refusal', async () => {
  const id = await archived()
  await works.decide(patient, 'withdrawn')
  await expect(correct(id, { type: 'letter' })).rejects.toMatchObject({ code: 'consent-withdrawn' })
  await expect(findings(id)).rejects.toMatchObject({ code: 'consent-withdrawn' })
  expect(await works.events({ documentId: id })).toContain('document-reading-refused')
  expect(await wordsOf(id)).toHaveLength(1)
})

test('is of what is archived with its words, and of nothing else', async () => {
  const pending = await works.submit(
    dropOf({ 'a.jpg': [{ text: `${++drops}` }] }, ofPatients({ 'a.jpg': 'PENDING' })),
  )
  await works.run()
  const [held] = await works.documents(pending)
  await expect(correct(held!.id, { type: 'letter' })).rejects.toMatchObject({ code: 'state-forbids' })
  const id = await archived()
  await sql`delete from deposits where document_id = ${id} and part = 'words'`.execute(works.database.owner)
  await expect(correct(id, { type: 'letter' })).rejects.toMatchObject({ code: 'text-not-kept' })
  await expect(findings(id)).rejects.toMatchObject({ code: 'text-not-kept' })
})
