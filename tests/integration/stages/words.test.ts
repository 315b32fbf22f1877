import { afterAll, beforeAll, expect, test } from 'vitest'
import { unpackPages } from '../../../src/adapters/tar/unpack.ts'
import { fetchDocument } from '../../../src/commands/read-document.ts'
import type { DocumentId } from '../../../src/domain/ids.ts'
import { PageFindings } from '../../../src/domain/understanding/findings.ts'
import { readIndex } from '../../../src/domain/words-index.ts'
import { dropOf, ofPatients, type Side } from './paper.ts'
import { openWorks, type Works } from './works.ts'

// What is kept for good of what was read in a document.

let works: Works
beforeAll(async () => {
  works = await openWorks()
  await works.decide(await works.patient('SP-1'), 'granted')
})
afterAll(() => works.close())

let drops = 0
async function kept(...sides: Side[]): Promise<DocumentId> {
  const all = [...sides, { text: `${++drops}` }]
  const batch = await works.submit(dropOf({ 'a.jpg': all }, ofPatients({ 'a.jpg': 'SP-1' })))
  await works.run()
  const [document] = await works.documents(batch)
  expect(document?.state).toBe('verified')
  return document!.id
}

async function filesOf(id: DocumentId): Promise<ReadonlyMap<string, string>> {
  const room = { ...works, ...works.ports }
  const { content, mediaType } = await fetchDocument(works.organisationId, id, 'words', 'doctor', room)
  expect(mediaType).toBe('application/gzip')
  const files = new Map<string, string>()
  for await (const { name, content: file } of unpackPages(content)) files.set(name, file.toString('utf8'))
  return files
}

test('has a file of words for each page, and findings and a picture of each that was read', async () => {
  const id = await kept({ text: 'Fiche de visite\nFait le 12/03/2024' }, { blank: true })
  const files = await filesOf(id)
  expect([...files.keys()]).toEqual([
    ...['README.txt', 'document.json'],
    ...['00001.alto.xml', '00001.findings.json', '00001.webp'],
    '00002.alto.xml',
    ...['00003.alto.xml', '00003.findings.json', '00003.webp'],
  ])
  expect(files.get('00001.webp')).toBe('picture of Fiche de visite\nFait le 12/03/2024')
  expect(files.get('00001.alto.xml')).toContain('CONTENT="visite"')
  expect(files.get('00002.alto.xml')).not.toContain('<String')
  expect(PageFindings.parse(JSON.parse(files.get('00001.findings.json')!)).type.code).toBe('visit')
})

test('says what the document is taken for, by which page, and how much of it was read', async () => {
  const id = await kept({ blank: true }, { text: 'Fiche de visite\nFait le 12/03/2024' })
  const index = readIndex(Buffer.from((await filesOf(id)).get('document.json')!))
  expect(index).toMatchObject({
    ...{ documentId: id, engine: 'pretended' },
    type: { code: 'visit', page: 2 },
    date: { value: '2024-03-12', page: 2 },
    reading: { pages: 2, sure: 7, doubtful: 0, unread: 0, shares: { sure: 1, doubtful: 0, unread: 0 } },
  })
  expect(index.pages.map(({ page, blank, findings }) => [page, blank, findings])).toEqual([
    [1, true, null],
    [2, false, '00002.findings.json'],
    [3, false, '00003.findings.json'],
  ])
  expect((await works.document(id)).reading).toEqual(index.reading)
})

test('is sealed, deposited, locked, read back and recorded like the other parts', async () => {
  const id = await kept({ text: 'page' })
  const deposits = await works.deposits(id)
  expect(deposits.map(({ part, version }) => `${part} ${version}`).sort()).toEqual([
    ...['access 1', 'master 1', 'words 1'],
  ])
  const words = deposits.find(({ part }) => part === 'words')!
  expect(words.objectKey).toBe(`${works.organisationId}/${id}/v1.words.cms`)
  expect(words.verifiedAt).not.toBeNull()
  expect(words.retainUntil!.getTime()).toBeGreaterThan(works.clock.now().getTime())
  const events = await works.events({ documentId: id })
  for (const type of ['document-sealed', 'document-deposited', 'deposit-verified'])
    expect(events.filter((one) => one === type)).toHaveLength(3)
})
