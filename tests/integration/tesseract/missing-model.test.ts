import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import { compose } from '../../../src/compose.ts'
import { Settings, type SettingsInput } from '../../../src/settings/settings.ts'
import { isInstalled } from '../../tools.ts'

const pageWorker = fileURLToPath(new URL('../../../workers/page.ts', import.meta.url))
/** Nobody listens there, and nobody is to be asked. */
const nowhere = '127.0.0.1:9'
const database = `postgresql://nobody@${nowhere}/none`
const bucket = { endpoint: `http://${nowhere}`, bucket: 'none', accessKeyId: 'id', secretAccessKey: 'key' }
const configured = (more: Partial<SettingsInput>): SettingsInput => ({
  database: { appUrl: database, systemUrl: database },
  queue: { backend: 'postgres', url: database },
  keys: { master: 'master.json', ledger: 'ledger.json' },
  staging: bucket,
  archives: { main: bucket },
  ...more,
})
const proved = (more: Partial<SettingsInput>) =>
  compose(Settings.parse(configured(more)), pino({ level: 'silent' })).prove('page')

const engines = [
  { engine: 'tesseract.js', here: true },
  { engine: 'native', here: isInstalled('tesseract') },
] as const
if (!isInstalled('tesseract'))
  console.warn('Left out: the languages of the program tesseract (apt-get install tesseract-ocr-fra).')

test.each(engines.filter(({ here }) => here))(
  'a language without a model is found before a page is read, by its name: $engine',
  async ({ engine }) => {
    await expect(proved({ recognition: { engine, languages: ['fra', 'tlh'] } })).rejects.toMatchObject({
      code: 'configuration-invalid',
      facts: { count: 1, faults: 'recognition.languages: no model of tlh' },
    })
  },
)

test('kinds of papers that cannot be read are found before a page is read', async () => {
  await expect(proved({ filing: { documentTypes: '/none.json' } })).rejects.toMatchObject({
    code: 'configuration-invalid',
    facts: { faults: 'filing.documentTypes: file-unreadable' },
  })
})

test('a page worker that lacks a model says so when it starts, and ends', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'scelle-missing-model-'))
  const file = path.join(folder, 'scelle.json')
  await writeFile(file, JSON.stringify(configured({ recognition: { languages: ['fra', 'tlh'] } })))
  const env = { ...process.env, SCELLE_CONFIG: file }
  const ended = await new Promise((resolve) => {
    execFile(process.execPath, [pageWorker], { env, timeout: 20_000 }, (error, stdout) =>
      resolve({ exit: error?.code, said: stdout.split('\n')[0] }),
    )
  })
  await rm(folder, { recursive: true })
  expect(ended).toEqual({
    exit: 2,
    said: expect.stringContaining('"faults":"recognition.languages: no model of tlh"') as string,
  })
})
