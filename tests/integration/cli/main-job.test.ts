import { execFile } from 'node:child_process'
import { readFile, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { parseXml } from '@rgrove/parse-xml'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startWorkerProcess, stopCrew, type WorkerProcess } from '../../../src/devstack/processes.ts'
import { type CommandLine, fixture, prepareCommandLine } from './command-line.ts'

type Documents = {
  id: string
  position: number
  state: string
  reason: string | null
  patientId: string | null
}[]
type Registry = {
  controller: { name: string; siret: string; finess: string }
  processor: { name: string; siret: string }
  host: Record<string, string> & { activities: number[]; regions: string[] }
  contract: Record<string, string> & { clauses: string[] }
}

const shell = promisify(execFile)
const batchFolder = fixture('batches/03-consentements')

let cli: CommandLine
let crew: WorkerProcess[] = []
let registry: Registry
let batchId: string

beforeAll(async () => {
  cli = await prepareCommandLine()
  registry = JSON.parse(await readFile(fixture('registry.json'), 'utf8')) as Registry
})

afterAll(async () => {
  await stopCrew(crew)
  await cli.stop()
})

const documents = async (): Promise<Documents> =>
  (await cli.ask(['document', 'list', '--batch', batchId])).json<Documents>()

// Each test goes on where the one before it ended: this is one person's day at the command line.
describe('from an empty configuration to an archived batch', () => {
  test('init makes everything, registers the first organisation and may be run again', async () => {
    const { name, siret, finess } = registry.controller
    const first = await cli.ask(['init', '--name', name, '--siret', siret, '--finess', finess])
    expect(first.exit, first.err).toBe(0)
    const key = path.join(cli.directory, 'keys', 'master.json')
    expect((await stat(key)).mode & 0o777).toBe(0o600)
    const before = await readFile(key, 'utf8')

    const { organisation } = first.json<{ organisation: string }>()
    expect(JSON.parse(await readFile(cli.configFile, 'utf8'))).toMatchObject({ organisation })
    const second = await cli.ask(['init'])
    expect(second.json()).toMatchObject({ organisation })
    expect(await readFile(key, 'utf8')).toBe(before)
  })

  test('organisation, host and contract are registered, and the contract says whether it takes batches', async () => {
    const { processor, host, contract } = registry
    await cli.ask([
      'organisation',
      'add',
      '--kind',
      'processor',
      '--name',
      processor.name,
      '--siret',
      processor.siret,
    ])
    const wrong = await cli.ask(['organisation', 'add', '--name', 'X', '--siret', '99900010200016'])
    expect([wrong.exit, wrong.json()]).toMatchObject([2, { error: { code: 'identifier-invalid' } }])

    const added = await cli.ask([
      ...['host', 'add', '--name', host['name']!, '--siren', host['siren']!],
      ...['--hds-certificate', host['hdsCertificate']!, '--certifier', host['certifier']!],
      ...['--activities', host.activities.join(','), '--regions', host.regions.join(',')],
      ...['--issued-on', host['issuedOn']!, '--expires-on', host['expiresOn']!],
      ...['--storage', 'main', '--incident-contact', host['incidentContact']!],
    ])
    expect(added.exit, added.out).toBe(0)

    const contractArgs = [
      ...['contract', 'add', '--reference', contract['reference']!, '--processor', processor.siret],
      ...['--host', host['name']!, '--starts-on', contract['startsOn']!, '--ends-on', contract['endsOn']!],
      ...['--signed-copy-sha256', contract['signedCopySha256']!],
    ]
    const thin = await cli.ask([...contractArgs, '--clauses', 'audit'])
    expect(thin.json<{ faults: { code: string }[] }>().faults.map(({ code }) => code)).toEqual([
      'contract-clause-missing',
      'dpia-missing',
    ])
    const whole = await cli.ask([
      ...[...contractArgs, '--clauses', contract.clauses.join(',')],
      ...['--dpia-on', contract['dpiaOn']!],
    ])
    expect(whole.json()).toMatchObject({ version: 2, faults: [] })
  })

  test('an import with one fault imports nothing', async () => {
    const content = await readFile(fixture('patients.csv'), 'utf8')
    const faulty = await cli.ask(['patient', 'import', '-'], content.replace('1974-03-12', '12/03/1974'))
    expect([faulty.exit, faulty.json()]).toMatchObject([
      2,
      { error: { code: 'import-invalid', facts: { count: 1 } } },
    ])
    expect((await cli.ask(['patient', 'list'])).json()).toEqual([])
  })

  test('patients and decisions are imported, and a second import changes nothing', async () => {
    const outcomes = async (noun: string) => {
      const imported = (await cli.ask([noun, 'import', fixture(`${noun}s.csv`)])).json<
        { outcome: string }[]
      >()
      return [...new Set(imported.map(({ outcome }) => outcome))]
    }
    expect(await outcomes('patient')).toEqual(['added'])
    expect(await outcomes('patient')).toEqual(['unchanged'])
    expect(await outcomes('consent')).toEqual(['recorded'])
    expect(await outcomes('consent')).toEqual(['unchanged'])
  })

  test('an import that would make a file number somebody else’s names the line, and who may insist', async () => {
    const content = await readFile(fixture('patients.csv'), 'utf8')
    const mixedUp = content.replace('FROIDECOMBE', 'MARTIN').replace('1958-01-19', '1991-07-14')
    const csv = mixedUp.replaceAll(/,\d{15},/g, ',,')
    const refused = await cli.scelle(['patient', 'import', '-'], csv)
    expect(refused.exit).toBe(2)
    expect(refused.err).toMatch(/ligne 8, colonne file_number.: numéro déjà attribué.*--same-person/)
  })

  test('a batch is taken in once, whoever works', async () => {
    const first = await cli.ask(['batch', 'submit', batchFolder])
    expect(first.json()).toMatchObject({ state: 'received', isNew: true })
    batchId = first.json<{ batchId: string }>().batchId
    expect((await cli.ask(['batch', 'submit', batchFolder])).json()).toMatchObject({ batchId, isNew: false })
    expect((await cli.ask(['batch', 'list'])).json()).toMatchObject([{ id: batchId, state: 'received' }])
    const shown = await cli.scelle(['batch', 'show', batchId])
    expect(shown.out, 'no document was counted yet').toMatch(/documents +4 +—/)
  })

  test('waiting ends with 4 when documents are held, each with its reason and what to do', async () => {
    const options = { configFile: cli.configFile, logFolder: cli.directory }
    crew = await Promise.all(
      (['clock', 'batch', 'page', 'document'] as const).map((kind) => startWorkerProcess(kind, options)),
    )
    const waited = await cli.scelle(['batch', 'submit', batchFolder, '--wait'])
    expect(waited.exit, waited.err).toBe(4)
    expect(waited.err).toMatch(/Lot \d+\s% · \d\/4 documents traités/)
    expect(waited.out).toContain('Le patient ne s’est pas encore prononcé.')
    expect(waited.out).toContain('«\u00a0scelle consent set PATIENT --status …\u00a0»')
    expect((await documents()).map(({ state, reason }) => [state, reason])).toEqual([
      ['verified', null],
      ['refused', 'consent-refused'],
      ['held', 'consent-pending'],
      ['held', 'patient-unknown'],
    ])
  })

  test('the text that was recognised is written out while the batch is open', async () => {
    const { id } = (await documents())[0]!
    const file = path.join(cli.directory, 'page.hocr')
    const asked = await cli.ask(['document', 'text', id, '--format', 'hocr', '--out', file])
    expect(asked.json()).toMatchObject({ documentId: id, format: 'hocr', file })
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    const words = parseXml(await readFile(file, 'utf8'))
      .root!.text.split(/\s+/)
      .filter(Boolean)
    const plain = (await cli.scelle(['document', 'text', id, '--out', '-'])).out
    expect(plain.split(/\s+/).filter(Boolean)).toEqual(words.slice(words.indexOf(id) + 1))
    expect(words.length).toBeGreaterThan(20)
    const held = await cli.ask(['document', 'text', (await documents())[2]!.id, '--out', '-'])
    expect([held.exit, held.json()]).toMatchObject([3, { error: { code: 'state-forbids' } }])
  })

  test('a decision and an attribution, both by file number from standard input, let the rest go on', async () => {
    const evidence = path.join(cli.directory, 'form.pdf')
    await writeFile(evidence, 'signed')
    const given = ['--status', 'granted', '--evidence', evidence, '--file-number', '-']
    const decided = await cli.ask(['consent', 'set', ...given], 'SP-10239\n')
    expect(decided.json()).toMatchObject({
      status: 'granted',
      documents: { goOn: 1, stillWait: 0, stopped: 0, questioned: 0 },
      evidenceSha256: '4a3cdfae6f291c8f544daea5b72905cf9e74c1ed427d831ad0d7ca00c73c794d',
    })
    const unknown = (await documents()).at(-1)!
    const attributed = await cli.ask(
      ['document', 'attribute', unknown.id, '--file-number', '-'],
      'SP-10241\n',
    )
    expect(attributed.exit, attributed.out).toBe(0)
    const waited = await cli.ask(['batch', 'submit', batchFolder, '--wait'])
    expect([waited.exit, waited.json()]).toMatchObject([0, { state: 'closed' }])
  })

  test('a consent history keeps every decision', async () => {
    const shown = await cli.ask(['consent', 'show', '--file-number', '-'], 'SP-10239')
    const { now, history } = shown.json<{ now: object; history: { status: string }[] }>()
    expect(now).toEqual({ digitisation: 'granted' })
    expect(history.map(({ status }) => status)).toEqual(['pending', 'granted'])
  })

  test('the identity behind a document is shown to who asks for it only', async () => {
    const list = ['document', 'list', '--batch', batchId]
    const plain = await cli.scelle(list)
    expect(plain.out).not.toContain('SP-10241')
    expect((await cli.scelle([...list, '--identities'])).out).toContain('SP-10241')
  })

  test('what export-sealed writes and prints opens with openssl, and is what fetch gives', async () => {
    const { id } = (await documents())[0]!
    const fetched = path.join(cli.directory, 'fetched.pdf')
    expect((await cli.ask(['document', 'fetch', id, '--out', fetched])).exit).toBe(0)
    const out = path.join(cli.directory, "l'export")
    const exported = (await cli.ask(['document', 'export-sealed', id, '--out', out])).json<
      Record<string, string>
    >()
    for (const file of ['object', 'key', 'keyId'])
      expect((await stat(exported[file]!)).mode & 0o777).toBe(0o600)
    await shell('bash', ['-ec', `${exported['compare']}\n${exported['open']}`], { cwd: cli.directory })
    expect(await readFile(exported['content']!)).toEqual(await readFile(fetched))

    const again = await cli.ask(['document', 'export-sealed', id, '--out', out])
    expect([again.exit, again.json()]).toMatchObject([2, { error: { code: 'output-refused' } }])
  })

  test('once the batch is closed, recognised text comes out of the archive', async () => {
    const { id } = (await documents())[0]!
    const text = await cli.scelle(['document', 'text', id, '--out', '-'])
    expect(text.exit).toBe(0)
    expect(text.out.split(/\s+/).length).toBeGreaterThan(20)
    const shown = await cli.ask(['document', 'show', id])
    expect(shown.json()).toMatchObject({
      reading: { pages: expect.any(Number), shares: { sure: expect.any(Number) } },
    })
    expect((await cli.scelle(['document', 'show', id])).out).toMatch(/Lu +\d+.% sûrement · /)
  })

  test('words as they are sealed open with what export-sealed prints, and tar', async () => {
    const { id } = (await documents())[0]!
    const out = path.join(cli.directory, 'words')
    const exported = (await cli.ask(['document', 'export-sealed', id, '--part', 'words', '--out', out])).json<
      Record<string, string>
    >()
    expect(exported['content']).toBe(path.join(out, `${id}.words.tar.gz`))
    await shell('bash', ['-ec', `${exported['compare']}\n${exported['open']}`], { cwd: cli.directory })
    const { stdout } = await shell('tar', ['tzf', exported['content']!])
    expect(stdout.split('\n').slice(0, 3)).toEqual(['README.txt', 'document.json', '00001.alto.xml'])
  })

  test('what a document was taken for and read as is corrected out of standard input, and shown with who said so', async () => {
    const { id } = (await documents())[0]!
    const correct = ['document', 'correct', id, '--findings', '-']
    const wrong = await cli.ask(correct, '{"type":"novel"}')
    expect([wrong.exit, wrong.json()]).toMatchObject([2, { error: { code: 'document-type-unknown' } }])
    const words = [{ place: 'line_1_1_1', text: 'Relu à la loupe' }]
    const said = JSON.stringify({ type: 'letter', date: '2001-02-03', words })
    const corrected = await cli.ask(correct, said)
    expect([corrected.exit, corrected.json()]).toMatchObject([
      0,
      { documentId: id, version: 2, type: { code: 'letter' }, date: { value: '2001-02-03' }, places: 1 },
    ])
    const { out } = await cli.scelle(['document', 'findings', id])
    expect(out).toMatch(/Type +Courrier \(dit par une personne\)/)
    expect(out).toMatch(/Corrigé +\d{4}-.* · 1 endroit lu par une personne/)
    expect((await cli.scelle(['document', 'show', id])).out).toMatch(
      /Corrigé +1 endroit lu depuis .* PDF reste/,
    )
  })

  test('a refused document is not given out', async () => {
    const { id } = (await documents())[1]!
    const refused = await cli.ask(['document', 'fetch', id, '--out', path.join(cli.directory, 'no.pdf')])
    expect([refused.exit, refused.json()]).toMatchObject([3, { error: { code: 'state-forbids' } }])
    const out = path.join(cli.directory, 'new', 'folder')
    expect((await cli.ask(['document', 'export-sealed', id, '--out', out])).exit).toBe(3)
    await expect(stat(path.dirname(out))).rejects.toThrow('ENOENT')
  })

  test('a decision that nobody waited for says so', async () => {
    const given = ['consent', 'set', '--status', 'granted', '--file-number', '-']
    expect((await cli.scelle(given, 'SP-10239')).out).toContain('Aucun document n’attendait cette décision.')
  })

  test('a decision older than the one in force says which stays', async () => {
    const given = [
      'consent',
      'set',
      '--status',
      'refused',
      '--decided-at',
      '2020-01-01',
      '--file-number',
      '-',
    ]
    const said = (await cli.scelle(given, 'SP-10239')).out
    expect(said).toContain('Une décision prise plus tard reste en vigueur')
    expect(said).toContain('Aucun document n’attendait cette décision.')
  })

  test('queue status names the processes that live', async () => {
    const status = (await cli.ask(['queue', 'status'])).json<{
      workers: { queue: string }[]
      alarms: object[]
    }>()
    expect(status.workers.map(({ queue }) => queue).toSorted()).toEqual([
      'batch',
      'clock',
      'document',
      'page',
    ])
    expect(status.alarms).toEqual([])
  })

  test('the ledger verifies, until somebody changes an event behind it', async () => {
    await stopCrew(crew.splice(0))
    const verified = await cli.ask(['ledger', 'verify'])
    expect([verified.exit, verified.json()]).toMatchObject([0, { verified: true, findings: [] }])
    const shown = (await cli.ask(['ledger', 'show', '--last', '3'])).json<{
      entries: object[]
      head: object
    }>()
    expect(shown.entries).toHaveLength(3)

    const { owner } = cli.database
    await sql`alter table custody_events disable trigger all`.execute(owner)
    await sql`update custody_events set actor = 'nobody' where type = 'batch-received'`.execute(owner)
    const found = await cli.scelle(['ledger', 'verify'])
    expect(found.exit).toBe(7)
    expect(found.out).toContain('L’événement de l’entrée')
    expect(found.out).toContain('SECURITY.md')
  })
})
