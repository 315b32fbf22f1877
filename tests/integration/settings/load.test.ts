import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { loadSettings } from '../../../src/settings/load.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'scelle-settings-'))
  onTestFinished(() => rm(folder, { recursive: true }))
})

const bucket = { endpoint: 'http://127.0.0.1:9', bucket: 'b', accessKeyId: 'id', secretAccessKey: 'key' }
const good = {
  database: { appUrl: 'postgres://app', systemUrl: 'postgres://system' },
  queue: { backend: 'postgres', url: 'postgres://system' },
  keys: { master: 'keys/master.json', ledger: 'keys/ledger.json' },
  staging: bucket,
  archives: { main: bucket },
}

async function load(more: object) {
  const file = path.join(folder, 'scelle.json')
  await writeFile(file, JSON.stringify({ ...good, ...more }))
  return loadSettings(file)
}

async function faultsOf(more: object): Promise<unknown> {
  const refusal = (await load(more).catch((error: unknown) => error)) as { facts: { faults: string } }
  expect(refusal).toMatchObject({ code: 'configuration-invalid' })
  return refusal.facts.faults.split('; ')
}

test('a text may be the content of a file beside the configuration, without the line’s end', async () => {
  await writeFile(path.join(folder, 'url'), 'postgres://from-a-file\n')
  const { database } = await load({ database: { ...good.database, appUrl: { file: 'url' } } })
  expect(database.appUrl).toBe('postgres://from-a-file')
})

test('every secret whose file is not there, or is none, is named by its setting', async () => {
  expect(
    await faultsOf({
      database: { ...good.database, appUrl: { file: 'nowhere' } },
      archives: { main: { ...bucket, secretAccessKey: { file: '.' } } },
    }),
  ).toEqual(['archives.main.secretAccessKey: secret-file-unreadable', 'database.appUrl: secret-file-missing'])
})

test('a setting that nobody knows is named, not only the group that it stands in', async () => {
  expect(await faultsOf({ recognition: { langages: ['fra'] }, inBox: {} })).toEqual([
    'recognition.langages: unrecognized-keys',
    'inBox: unrecognized-keys',
  ])
})

test('a key provider that is not configured is named', async () => {
  expect(await faultsOf({ keys: { ledger: 'l' } })).toEqual(['keys.master: missing'])
  expect(await faultsOf({ keys: { provider: 'pkcs11', ledger: 'l' } })).toEqual(['keys.pkcs11: missing'])
})

test('a time longer than any timer waits is refused: nobody would wait at all', async () => {
  expect(await faultsOf({ ledger: { publishSeconds: 1e9 } })).toEqual(['ledger.publishSeconds: too-big'])
})
