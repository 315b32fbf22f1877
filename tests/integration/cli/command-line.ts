import { spawn } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { type DevelopmentS3, startDevelopmentS3 } from '../../../src/devstack/s3/server.ts'
import type { SettingsInput } from '../../../src/settings/settings.ts'
import { createTestDatabase, type TestDatabase } from '../../database.ts'

const main = fileURLToPath(new URL('../../../src/cli/main.ts', import.meta.url))

export const fixture = (name: string): string =>
  fileURLToPath(new URL(`../../../fixtures/${name}`, import.meta.url))

export type Answer = {
  readonly exit: number | null
  readonly out: string
  readonly err: string
  /** What was answered with --json. */
  json<Value = Record<string, unknown>>(): Value
}

export type CommandLine = {
  readonly directory: string
  readonly configFile: string
  readonly database: TestDatabase
  /** Runs `scelle` as a process of its own; `input` goes to its standard input. */
  scelle(args: readonly string[], input?: string): Promise<Answer>
  /** The same, with --json. */
  ask(args: readonly string[], input?: string): Promise<Answer>
  stop(): Promise<void>
}

/** A configuration as an administrator would leave it for `scelle init`, in a folder with a space. */
export async function prepareCommandLine(): Promise<CommandLine> {
  const directory = await mkdtemp(path.join(tmpdir(), 'scelle cli '))
  const credentials = { accessKeyId: 'scelle', secretAccessKey: 'only-for-tests' }
  const s3 = await startDevelopmentS3({ directory: path.join(directory, 's3'), credentials })
  const database = await createTestDatabase()
  const configFile = path.join(directory, 'scelle.json')
  await mkdir(path.join(directory, 'inbox'))
  await writeFile(configFile, JSON.stringify(configuration(database, s3, credentials)))
  const scelle = (args: readonly string[], input = '') =>
    run(['--config', configFile, ...args], directory, input)
  return {
    ...{ directory, configFile, database, scelle },
    ask: (args, input) => scelle(['--json', ...args], input),
    async stop() {
      await s3.close()
      await database.drop()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

function configuration(
  { ownerUrl, appUrl, systemUrl }: TestDatabase,
  { endpoint }: DevelopmentS3,
  credentials: { accessKeyId: string; secretAccessKey: string },
): SettingsInput {
  const bucket = (name: string) => ({ endpoint, region: 'test', bucket: name, ...credentials })
  return {
    production: false,
    language: 'fr',
    database: { ownerUrl, appUrl, systemUrl },
    queue: { backend: 'postgres', url: systemUrl },
    keys: { master: 'keys/master.json', ledger: 'keys/ledger.json' },
    staging: bucket('staging'),
    archives: { main: bucket('archive') },
    inbox: { directory: 'inbox', quietSeconds: 1, pollSeconds: 0.2 },
    retention: { lockDays: 1 },
    ledger: { name: 'ledger.scelle.test', checkpointSeconds: 1 },
  }
}

export async function run(args: readonly string[], cwd: string, input: string): Promise<Answer> {
  const child = spawn(process.execPath, [main, ...args], { cwd, stdio: ['pipe', 'pipe', 'pipe'] })
  let [out, err] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (out += chunk))
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (err += chunk))
  child.stdin.on('error', () => {})
  child.stdin.end(input)
  const exit = await new Promise<number | null>((resolve) => child.on('close', resolve))
  return { exit, out, err, json: <Value>() => JSON.parse(out) as Value }
}
