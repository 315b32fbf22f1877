import { createHash } from 'node:crypto'
import type { Readable } from 'node:stream'
import { buffer, text as textOf } from 'node:stream/consumers'
import { parseXml } from '@rgrove/parse-xml'
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { unpackPages } from '../../../src/adapters/tar/unpack.ts'
import { readText } from '../../../src/commands/read-text.ts'
import type { BatchId, DocumentId, PatientId } from '../../../src/domain/ids.ts'
import { type TextFormatName, textFormatNames } from '../../../src/domain/text-formats/formats.ts'
import { dropOf, ofPatients, type Side } from '../stages/paper.ts'
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
/** A document of SP-1, in a batch that another, pending document keeps open. */
const open = (...sides: Side[]): Promise<BatchId> => {
  const files = { 'a.jpg': sides, 'b.jpg': [{ text: `other ${++drops}` }] }
  return works.submit(dropOf(files, ofPatients({ 'a.jpg': 'SP-1', 'b.jpg': 'PENDING' })))
}
const first = async (batch: BatchId) => (await works.documents(batch))[0]!
const read = (id: DocumentId, format: TextFormatName = 'text'): Promise<Readable> =>
  readText(works.organisationId, id, format, 'doctor', room())
const room = () => ({ ...works, ...works.ports, unpacker: unpackPages })
const detailsOf = async (documentId: DocumentId, type: string) => {
  const { rows } = await sql<{ actor: string; details: object }>`
    select actor, details from custody_events
    where type = ${type} and subject @> ${JSON.stringify({ documentId })} order by at, id`.execute(
    works.database.owner,
  )
  return rows
}

test('writes the pages of a verified document in order, blank ones too, while its batch is open', async () => {
  const batch = await open({ text: 'Apte <au>\nposte de nuit' }, { blank: true }, { text: 'le & fin' })
  await works.run()
  const { id, state } = await first(batch)
  expect(state).toBe('verified')
  expect(await textOf(await read(id))).toBe('Apte <au>\nposte de nuit\n\f\fle & fin\n\f')
  for (const format of ['hocr', 'alto'] as const) {
    const xml = await textOf(await read(id, format))
    expect(parseXml(xml).root).not.toBeNull()
    expect(xml.match(/class="ocr_page"|<Page /g)).toHaveLength(3)
    expect(xml).toContain('pretended')
  }
})

test('notes each reading, with who and in which format', async () => {
  const batch = await open({ text: `page ${++drops}` })
  await works.run()
  const { id } = await first(batch)
  for (const format of textFormatNames) {
    await textOf(await read(id, format))
    works.clock.advance(1)
  }
  expect(await detailsOf(id, 'document-read')).toEqual(
    textFormatNames.map((format) => ({ actor: 'doctor', details: { part: 'text', format } })),
  )
})

test('asks the gate at reading, and notes the refusal', async () => {
  const batch = await open({ text: `page ${++drops}` })
  await works.run()
  const { id } = await first(batch)
  await works.decide(patient, 'withdrawn')
  await expect(read(id, 'hocr')).rejects.toMatchObject({ code: 'consent-withdrawn' })
  expect(await detailsOf(id, 'document-read')).toEqual([])
  expect(await detailsOf(id, 'document-reading-refused')).toEqual([
    { actor: 'doctor', details: { part: 'text', format: 'hocr', reason: 'consent-withdrawn' } },
  ])
})

test.each(['recognise-page', 'confirm-identity', 'assemble-document'])(
  'gives nothing before what was read was compared with its patient: before %s is done',
  async (stage) => {
    const batch = await open({ text: `page ${++drops}` })
    await works.run({ leave: (order) => order.stage === stage })
    const { id } = await first(batch)
    await expect(read(id)).rejects.toMatchObject({ code: 'state-forbids' })
    await works.run()
    expect(await textOf(await read(id))).not.toBe('')
  },
)

/** A document of SP-1 whose batch is closed, and nothing of which is staged any more. */
async function closed(...sides: Side[]): Promise<DocumentId> {
  const batch = await works.submit(dropOf({ 'a.jpg': sides }, ofPatients({ 'a.jpg': 'SP-1' })))
  await works.run()
  expect((await works.batch(batch)).state).toBe('closed')
  expect(await works.staged(batch)).toEqual([])
  return (await first(batch)).id
}

test('gives, once the batch is closed, what its staging gave, in every format', async () => {
  const sides = [{ text: `L’âge <d'or> & fin\nligne ${++drops}` }, { blank: true as const }, { text: '12' }]
  const batch = await works.submit(dropOf({ 'a.jpg': sides }, ofPatients({ 'a.jpg': 'SP-1' })))
  await works.run({ leave: ({ stage }) => stage === 'deposit-document' })
  const { id } = await first(batch)
  const each = () => Promise.all(textFormatNames.map(async (format) => textOf(await read(id, format))))
  const staged = await each()
  await works.run()
  expect((await works.batch(batch)).state).toBe('closed')
  expect(await each()).toEqual(staged)
  expect(staged[0]).toContain("<d'or> &")
})

test('notes the reading of an archived text, and asks the gate', async () => {
  const id = await closed({ text: `page ${++drops}` })
  await textOf(await read(id))
  expect(await detailsOf(id, 'document-read')).toEqual([
    { actor: 'doctor', details: { part: 'text', format: 'text' } },
  ])
  await works.decide(patient, 'withdrawn')
  await expect(read(id)).rejects.toMatchObject({ code: 'consent-withdrawn' })
  expect(await detailsOf(id, 'document-reading-refused')).toHaveLength(1)
})

test('gives nothing of words that are not those that were deposited', async () => {
  const id = await closed({ text: `page ${++drops}` })
  const { objectKey } = (await works.deposits(id)).find(({ part }) => part === 'words')!
  const bytes = await buffer(await works.archive.get(objectKey))
  bytes[bytes.length - 30]! ^= 1
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  await works.archive.put(objectKey, bytes, { bytes: bytes.length, sha256 })
  await expect(read(id)).rejects.toMatchObject({ code: 'deposit-differs', facts: { part: 'words' } })
})

test('says of what was deposited without words where its text is', async () => {
  const id = await closed({ text: `page ${++drops}` })
  await sql`delete from deposits where document_id = ${id} and part = 'words'`.execute(works.database.owner)
  await expect(read(id)).rejects.toMatchObject({ code: 'text-not-kept', facts: { documentId: id } })
  expect(await detailsOf(id, 'document-read')).toEqual([])
})

test('has nothing to give of a refused document once its batch is closed', async () => {
  const other = await works.patient(`REFUSED-${++drops}`)
  await works.decide(other, 'refused')
  const batch = await works.submit(
    dropOf({ 'a.jpg': [{ text: 'page' }] }, ofPatients({ 'a.jpg': `REFUSED-${drops}` })),
  )
  await works.run()
  await expect(read((await first(batch)).id)).rejects.toMatchObject({ code: 'state-forbids' })
})

test('knows no document of another organisation', async () => {
  const batch = await open({ text: `page ${++drops}` })
  await works.run()
  const { id } = await first(batch)
  const stranger = '01990000-0000-7000-8000-000000000000' as typeof works.organisationId
  await expect(readText(stranger, id, 'text', 'doctor', room())).rejects.toMatchObject({ code: 'not-found' })
})
