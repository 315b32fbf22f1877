import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { askWitnesses } from '../../../src/commands/ask-witnesses.ts'
import { extendLedger } from '../../../src/commands/extend-ledger.ts'
import { publishLedger } from '../../../src/commands/publish-ledger.ts'
import { compose } from '../../../src/compose.ts'
import { custodyEvent } from '../../../src/domain/custody.ts'
import { loadSettings } from '../../../src/settings/load.ts'
import { restoreOlder } from '../ledger/ledger-house.ts'
import { type CommandLine, prepareCommandLine } from './command-line.ts'
import { runHere } from './in-process.ts'

let line: CommandLine
const at = (name: string) => path.join(line.directory, name)
const scelle = (...args: string[]) => runHere(['--config', line.configFile, ...args])
const ask = (...args: string[]) => scelle('--json', ...args)
const witness = (...args: string[]) =>
  scelle('witness', args[0]!, '--key', at('w.json'), '--state', at('w'), ...args.slice(1))
let logKey: string

/** What the clock does, once: `count` things happen, get their places, are published and cosigned. */
async function goOn(count: number): Promise<void> {
  const house = compose(await loadSettings(line.configFile), pino({ level: 'silent' }))
  const { id: organisationId } = await house
    .system()
    .selectFrom('organisations')
    .select('id')
    .executeTakeFirstOrThrow()
  const events = Array.from({ length: count }, (_, number) =>
    custodyEvent('batch-received', { organisationId }, { details: { number } }),
  )
  await house.truth().transaction(organisationId, ({ append }) => append('cli', events))
  await extendLedger({ ledger: house.ledger(), signer: house.signer(), clock: house.clock })
  await publishLedger(house.ledgerPublisher())
  await askWitnesses(house.witnesses(), { ledger: house.ledger() })
  await publishLedger(house.ledgerPublisher())
  await house.close()
}

async function setWitness(settings: object): Promise<void> {
  const config = JSON.parse(await readFile(line.configFile, 'utf8')) as { ledger: object }
  await writeFile(
    line.configFile,
    JSON.stringify({ ...config, ledger: { ...config.ledger, witnesses: [settings] } }),
  )
}

beforeAll(async () => {
  line = await prepareCommandLine()
  const { exit, err } = await scelle('init', '--name', 'Service', '--siret', '73282932000074')
  if (exit !== 0) throw new Error(err)
  await goOn(300)
  logKey = (await ask('ledger', 'show')).json<{ verifierKey: string }>().verifierKey
})
afterAll(() => line.stop())

test('a witness signs what is carried to it, and then what it is asked for', async () => {
  const made = await witness('init', '--name', 'temoin.exemple.fr')
  expect(made.exit, made.err).toBe(0)
  const key = made.out.trim().split('\n').at(-1)!
  await setWitness({ key, required: true })

  const early = await scelle('ledger', 'proof', '5', '--out', at('early'))
  expect([early.exit, early.err]).toEqual([4, expect.stringContaining('entry-not-published')])
  expect((await scelle('ledger', 'request', '--out', at('request'))).exit).toBe(0)
  const signed = await witness('sign', at('request'), '--log', logKey, '--out', at('signed'))
  expect(signed.exit, signed.err).toBe(0)
  expect((await ask('ledger', 'cosign', at('signed'))).json()).toMatchObject({
    witnesses: ['temoin.exemple.fr'],
  })

  const proof = await ask('ledger', 'proof', '5', '--out', at('5.tlog-proof'), '--entry', at('5.json'))
  expect(proof.exit, proof.err).toBe(0)
  const check = (entry: string) =>
    scelle('ledger', 'check-proof', at('5.tlog-proof'), '--entry', entry, '--log', logKey, '--witness', key)
  const checked = await check(at('5.json'))
  expect(checked.exit, checked.err).toBe(0)
  expect(checked.out).toContain('temoin.exemple.fr')
  await writeFile(at('other.json'), (await readFile(at('5.json'), 'utf8')).replace('"v":1', '"v":2'))
  const refused = await check(at('other.json'))
  expect([refused.exit, refused.err]).toEqual([7, expect.stringContaining('proof-invalid')])

  const again = await witness('sign', at('request'), '--log', logKey)
  expect([again.exit, again.err]).toEqual([7, expect.stringContaining('another-head-is-kept')])
  await serving(async (url) => {
    await setWitness({ key, required: true, url })
    await goOn(20)
  })
  const { out } = await witness('show')
  expect(out).toContain('ledger.scelle.test')
  const status = await ask('ledger', 'status')
  expect(status.exit).toBe(0)
  expect(status.json()).toMatchObject({ witnesses: [{ witness: 'temoin.exemple.fr', required: true }] })
  const verified = await scelle('ledger', 'verify')
  expect(verified.exit, verified.out).toBe(0)
}, 120_000)

test('a restored database is explained, and repaired when that is asked for', async () => {
  const { size } = (await ask('ledger', 'status')).json<{ size: number }>()
  await restoreOlder(line.database, 0)
  const told = await scelle('ledger', 'recover')
  expect([told.exit, told.out]).toEqual([7, expect.stringContaining('restaurée dans un état plus ancien')])
  const repaired = await ask('ledger', 'recover', '--repair')
  expect(repaired.json()).toMatchObject({ done: { entries: size, events: 0 } })
  expect((await ask('ledger', 'verify')).json()).toMatchObject({ verified: true, recovered: size })
}, 120_000)

/** The witness as a process of its own, while something is done. */
async function serving(work: (url: string) => Promise<void>): Promise<void> {
  const main = fileURLToPath(new URL('../../../src/cli/main.ts', import.meta.url))
  const given = ['--key', at('w.json'), '--state', at('w'), '--log', logKey, '--listen', '127.0.0.1:0']
  const child = spawn(process.execPath, [main, 'witness', 'serve', ...given], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  try {
    let said = ''
    for await (const chunk of child.stderr.setEncoding('utf8') as AsyncIterable<string>) {
      said += chunk
      const [url] = /http:\/\/\S+/.exec(said) ?? []
      if (url) {
        await work(url)
        break
      }
    }
    expect(said).toContain('http://')
  } finally {
    child.kill('SIGTERM')
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  }
}
