import { buffer, text as textOf } from 'node:stream/consumers'
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { openOneAtATime } from '../../../src/adapters/postgres/one-at-a-time.ts'
import { unpackPages } from '../../../src/adapters/tar/unpack.ts'
import { type CorrectionRoom, correctDocument } from '../../../src/commands/correct-document.ts'
import { fetchDocument } from '../../../src/commands/read-document.ts'
import { readFindings } from '../../../src/commands/read-findings.ts'
import { readText } from '../../../src/commands/read-text.ts'
import { readCorrection, type Said } from '../../../src/domain/correction.ts'
import type { DocumentId, PatientId } from '../../../src/domain/ids.ts'
import type { TextFormatName } from '../../../src/domain/text-formats/formats.ts'
import type { ObjectStore } from '../../../src/ports.ts'
import { dropOf, ofPatients, pretendedEyes, type Side } from '../stages/paper.ts'
import { openWorks, type Works } from '../stages/works.ts'

let works: Works
let patient: PatientId
beforeAll(async () => {
  works = await openWorks()
  Object.assign(works.ports, { recogniser: doubting })
  patient = await works.patient('SP-1')
  await works.patient('PENDING')
})
afterAll(() => works.close())
beforeEach(() => works.decide(patient, 'granted'))

/** A word with a question mark may be another; below a line that ends in three points two places stand that it cannot read. */
const doubting: typeof pretendedEyes.recogniser = {
  ...pretendedEyes.recogniser,
  async recognise(...page) {
    const read = await pretendedEyes.recogniser.recognise(...page)
    const isUnread = read.lines.some((line) => line.words.at(-1)!.text.endsWith('...'))
    const lines = read.lines.map(({ words, ...line }) => ({
      ...line,
      words: words.map((word) => (word.text.endsWith('?') ? { ...word, doubtful: true as const } : word)),
    }))
    const unread = (y: number) => ({ box: { x0: 0, y0: y, x1: 2, y1: y + 1 }, is: 'unread' as const })
    return { ...read, lines, ...(isUnread && { regions: [unread(3), unread(5)] }) }
  },
}

let drops = 0
/** A document that was taken for a visit of the 12th of March 2024, and what follows; its batch is closed. */
async function archived(...more: Side[]): Promise<DocumentId> {
  const sides = [{ text: `Fiche de visite\nFait le 12/03/2024\n${++drops}` }, ...more]
  const batch = await works.submit(dropOf({ 'a.jpg': sides }, ofPatients({ 'a.jpg': 'SP-1' })))
  await works.run()
  expect((await works.batch(batch)).state).toBe('closed')
  return (await works.documents(batch))[0]!.id
}

const room = (more: Partial<CorrectionRoom> = {}): CorrectionRoom => ({
  ...{ ...works, ...works.ports, unpacker: unpackPages, lockDays: 90 },
  oneAtATime: openOneAtATime(works.database.system),
  ...more,
})
const correct = (id: DocumentId, said: Said, by = 'clerk', more: Partial<CorrectionRoom> = {}) =>
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
      details: { part: 'words', version: 2, type: true, date: false, places: 0 },
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

const readAs = async (id: DocumentId, format: TextFormatName) =>
  textOf(await readText(works.organisationId, id, format, 'doctor', { ...room(), staging: works.staging }))
const words = (...some: readonly (readonly [place: string, text: string])[]): Said => ({
  words: some.map(([place, text]) => ({ page: Number(place.split('_')[1]), place, text })),
})
async function filesOf(id: DocumentId): Promise<ReadonlyMap<string, string>> {
  const { content } = await fetchDocument(works.organisationId, id, 'words', 'doctor', room())
  const files = new Map<string, string>()
  for await (const { name, content: file } of unpackPages(content)) files.set(name, file.toString('base64'))
  return files
}
/** A second page with a doubtful word, and two places that were not read. */
const handwritten = { text: 'Avis :\nApte ?\nVu ...' }

test('says what stands in places that were listed as doubts, and the text says it from then on', async () => {
  const id = await archived(handwritten, { blank: true })
  const { words: listed } = JSON.parse(await readAs(id, 'doubts')) as { words: object[] }
  expect(listed).toMatchObject([
    { page: 2, place: 'line_2_2_1', is: 'doubtful', read: 'Apte ?', doubts: ['?'] },
    { page: 2, place: 'unread_2_1', is: 'unread', box: [0, 3, 2, 4] },
    { page: 2, place: 'unread_2_2', is: 'unread' },
  ])
  const before = [await filesOf(id), (await readAs(id, 'text')).split('\f')[0]] as const
  const file = JSON.stringify({ document: id, words: [{ ...listed[1], text: 'sous <réserve>' }, listed[2]] })
  const said = readCorrection(Buffer.from(file), works.ports.rules.documentTypes, id)
  expect(await correct(id, said)).toMatchObject({ version: 2 })
  expect(await readAs(id, 'text')).toBe(`${before[1]}\fAvis :\nApte ?\nVu ...\nsous <réserve>\n\f\f`)
  const after = await filesOf(id)
  const changed = [...after].filter(([name, content]) => before[0].get(name) !== content)
  expect(changed.map(([name]) => name)).toEqual(['document.json', '00002.alto.xml'])
  expect([...after.keys()]).toEqual([...before[0].keys()])
  const alto = await readAs(id, 'alto')
  expect(alto).toContain(`<processingDateTime>${works.clock.now().toISOString()}</processingDateTime>`)
  expect(alto).toMatch(/ID="unread_2_1"[^>]* CS="true" PROCESSINGREFS="correction_1"/)
  expect(await readAs(id, 'hocr')).toMatch(/id="unread_2_1" title="[^"]*; x_said 1"/)
  expect(await corrections(id)).toMatchObject([{ actor: 'clerk', details: { type: false, places: 1 } }])
})

test('is counted in the figures of its page and of the document, and leaves findings and the PDF alone', async () => {
  const id = await archived(handwritten)
  const access = async () => {
    const { content } = await fetchDocument(works.organisationId, id, 'access', 'doctor', room())
    return buffer(content)
  }
  const [copy, first] = [await access(), await findings(id)]
  const shares = ({ pages }: typeof first) => pages[1]!.reading!.shares!
  expect(first.pages[1]!.reading).toMatchObject({ sure: 5, doubtful: 1, unread: 2 })
  const { index } = await correct(id, words(['unread_2_1', 'sous réserve']))
  expect(index.pages[1]!.reading).toMatchObject({ sure: 7, doubtful: 1, unread: 1 })
  expect(shares(index).sure).toBeGreaterThan(shares(first).sure)
  expect(index.reading).toMatchObject({ pages: 2, sure: first.reading.sure + 2, doubtful: 1, unread: 1 })
  expect(index.pages[0]).toEqual(first.pages[0])
  await correct(id, words(['unread_2_2', ''], ['line_2_2_1', 'Inapte']))
  expect(await findings(id)).toMatchObject({
    ...{ type: first.type, date: first.date },
    reading: { pages: 2, doubtful: 0, unread: 0, shares: { sure: 1, doubtful: 0, unread: 0 } },
    corrections: [
      { by: 'clerk', words: [{ page: 2, place: 'unread_2_1', text: 'sous réserve' }] },
      { words: [{ text: '' }, { text: 'Inapte' }] },
    ],
  })
  expect(JSON.parse(await readAs(id, 'doubts'))).toEqual({ document: id, words: [] })
  expect(await access()).toEqual(copy)
  expect((await works.document(id)).reading).toEqual(first.reading)
})

test('may come again, beside findings, by another person: what is said already is left to who said it', async () => {
  const id = await archived(handwritten)
  await correct(id, words(['line_2_2_1', 'Apte']))
  const again = { ...words(['line_2_2_1', 'Apte'], ['unread_2_1', 'vu']), type: 'letter' }
  expect(await correct(id, again, 'physician')).toMatchObject({
    version: 3,
    index: { type: { code: 'letter' } },
  })
  expect(await correct(id, again)).toMatchObject({ version: 3 })
  expect((await findings(id)).corrections).toMatchObject([
    { by: 'clerk', words: [{ place: 'line_2_2_1' }] },
    { by: 'physician', type: 'letter', words: [{ place: 'unread_2_1' }] },
  ])
  expect(await readAs(id, 'text')).toContain('Avis :\nApte\nVu ...\nvu\n')
})

test('is refused for a page or a place that is not there, and leaves nothing', async () => {
  const id = await archived(handwritten)
  for (const [place, code, facts] of [
    ['unread_7_1', 'correction-page-unknown', { page: 7, pages: 2 }],
    ['unread_2_3', 'correction-place-unknown', { page: 2, place: 'unread_2_3' }],
    ['line_1_9_1', 'correction-place-unknown', { page: 1, place: 'line_1_9_1' }],
  ] as const)
    await expect(correct(id, words(['unread_2_1', 'vu'], [place, 'vu']))).rejects.toMatchObject({
      code,
      facts,
    })
  expect(await wordsOf(id)).toHaveLength(1)
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
  const said = { type: 'letter', ...words(['line_1_1_1', 'Fiche relue']) }
  await expect(correct(id, said, 'clerk', spoilt({ head: die }))).rejects.toThrow('died')
  expect(await findings(id)).toMatchObject({ type: { code: 'visit' } })
  works.clock.advance(1_000)
  expect(await correct(id, { date: '2024-03-13' }, 'physician')).toMatchObject({ version: 3 })
  expect(await corrections(id)).toMatchObject([
    { actor: 'clerk', details: { type: true, places: 1 } },
    { actor: 'physician', details: { type: false, places: 0 } },
  ])
  expect(await findings(id)).toMatchObject({ type: { code: 'letter' }, date: { value: '2024-03-13' } })
  expect(await readAs(id, 'text')).toMatch(/^Fiche relue\n/)
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
