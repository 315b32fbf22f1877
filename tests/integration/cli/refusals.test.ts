import { readFile, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type CommandLine, fixture, prepareCommandLine, run } from './command-line.ts'

const nobody = '019a1b2c-3d4e-7f50-8a6b-7c8d9e0f1a2b'

let cli: CommandLine
beforeAll(async () => {
  cli = await prepareCommandLine()
  const register = ['patient', 'import', fixture('patients.csv')]
  for (const args of [['init', '--name', 'SPST des Trois-Vallons', '--siret', '99900010200015'], register]) {
    const { exit, err } = await cli.scelle(args)
    if (exit !== 0) throw new Error(err)
  }
})
afterAll(() => cli.stop())

test.each([
  ['an id that nobody has', ['batch', 'show', nobody], 5, 'not-found'],
  ['a misspelt verb', ['batch', 'shew'], 2, 'usage'],
  ['a folder that is not there', ['batch', 'submit', 'nowhere'], 2, 'batch-not-a-folder'],
  ['a file that is not there', ['patient', 'import', 'nowhere.csv'], 2, 'input-unreadable'],
  ['a file number among the arguments', ['patient', 'show', '--file-number', 'SP-10239'], 2, 'usage'],
  ['an actor that may be a name', ['--actor', 'Zoé Martin', 'batch', 'list'], 2, 'usage'],
])('%s is refused with its exit code', async (_what, args, exit, code) => {
  const refused = await cli.ask(args)
  expect([refused.exit, refused.json()]).toMatchObject([exit, { error: { code } }])
})

test('a refusal is three lines on standard error, in the language asked for, without a trace', async () => {
  const refused = await cli.scelle(['--lang', 'en', 'batch', 'show', nobody])
  expect(refused.out).toBe('')
  expect(refused.err.trimEnd().split('\n')).toEqual([
    expect.stringMatching(/^✗ /),
    expect.stringMatching(/^→ /),
    '  code: not-found',
  ])
})

test('without a configuration the next step is init', async () => {
  const lost = await run(['batch', 'list', '--config', 'nowhere.json', '--lang', 'en'], cli.directory, '')
  expect(lost.exit).toBe(2)
  expect(lost.err).toContain('scelle init')
})

test('init writes a configuration to fill in, says what is missing in it, and in which line it is no JSON', async () => {
  const configFile = path.join(cli.directory, 'elsewhere', 'scelle.json')
  const written = await run(['init', '--json', '--config', configFile], cli.directory, '')
  expect([written.exit, written.json()]).toMatchObject([2, { error: { code: 'configuration-incomplete' } }])
  expect((await stat(configFile)).mode & 0o777).toBe(0o600)

  const filledIn = (await readFile(configFile, 'utf8')).replace(/\n\}\n$/, ',\n}\n')
  await writeFile(configFile, filledIn)
  const slip = await run(['init', '--json', '--config', configFile], cli.directory, '')
  const line = filledIn.trimEnd().split('\n').length
  expect([slip.exit, slip.json()]).toMatchObject([
    2,
    { error: { code: 'configuration-invalid', facts: { faults: `${line}: not-json` } } },
  ])
})

test('init makes no new master key for a database that needs the former one', async () => {
  const configuration = JSON.parse(await readFile(cli.configFile, 'utf8')) as Record<string, unknown>
  const keys = { master: 'new/master.json', ledger: 'new/ledger.json' }
  const configFile = path.join(cli.directory, 'other.json')
  await writeFile(configFile, JSON.stringify({ ...configuration, keys }))
  const refused = await run(['init', '--json', '--config', configFile], cli.directory, '')
  expect([refused.exit, refused.json()]).toMatchObject([2, { error: { code: 'key-lost' } }])
  await expect(stat(path.join(cli.directory, 'new', 'master.json'))).rejects.toThrow('ENOENT')
})

test('a database that does not answer is worth another try: 8', async () => {
  const configuration = (await readFile(cli.configFile, 'utf8')).replaceAll(
    /@127\.0\.0\.1:\d+\//g,
    '@127.0.0.1:9/',
  )
  const configFile = path.join(cli.directory, 'away.json')
  await writeFile(configFile, configuration)
  const away = await run(['batch', 'list', '--json', '--config', configFile], cli.directory, '')
  expect([away.exit, away.json()]).toMatchObject([8, { error: { code: 'database-away' } }])
})
