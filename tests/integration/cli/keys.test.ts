import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { noHsm, type SoftHsm, startSoftHsm } from '../../softhsm.ts'
import { type CommandLine, prepareCommandLine } from './command-line.ts'

let line: CommandLine
const csv = (count: number, from: number) =>
  [
    'file_number,birth_name,given_names,birth_date',
    ...Array.from({ length: count }, (_, at) => `D-${from + at},Martin,Zoé,1980-02-29`),
  ].join('\n')
const master = () => path.join(line.directory, 'keys/master.json')

beforeAll(async () => {
  line = await prepareCommandLine()
  const { exit, err } = await line.scelle(['init', '--name', 'Service', '--siret', '73282932000074'])
  if (exit !== 0) throw new Error(err)
  const imported = await line.scelle(['patient', 'import', '-'], csv(20, 1))
  if (imported.exit !== 0) throw new Error(imported.err)
})
afterAll(() => line.stop())

type Status = {
  readonly epochs: readonly {
    readonly epoch: number
    readonly in: string[]
    readonly wrapped: { patient: number }
    readonly escrowedAt: string | null
    readonly retiredAt: string | null
  }[]
  readonly index: string
}

test('the master key is rotated; the former one is retired once nothing is wrapped under it', async () => {
  expect((await line.ask(['keys', 'status'])).json<Status>()).toMatchObject({
    index: 'agrees',
    epochs: [{ epoch: 1, in: ['local'], wrapped: { patient: 20 }, retiredAt: null }],
  })
  expect((await line.ask(['keys', 'rotate'])).json()).toEqual({
    epoch: 2,
    provider: 'local',
    indexMoved: false,
  })
  const early = await line.scelle(['keys', 'retire', '1', '--yes'])
  expect([early.exit, early.err]).toEqual([3, expect.stringContaining('20 clé(s) de patient')])
  expect((await line.ask(['keys', 'rewrap'])).json()).toMatchObject({ rewrapped: { patient: 20, batch: 0 } })
  const unconfirmed = await line.scelle(['keys', 'retire', '1'])
  expect(unconfirmed.exit).toBe(2)
  expect((await line.scelle(['keys', 'retire', '1', '--yes'])).exit).toBe(0)
})

test('the master key is split among holders, and enough of them give it back', async () => {
  const out = path.join(line.directory, 'parts')
  const split = await line.scelle(['keys', 'escrow', '--shares', '5', '--threshold', '3', '--out', out])
  expect(split.exit, split.err).toBe(0)
  const files = (await readdir(out)).sort()
  expect(files).toEqual([1, 2, 3, 4, 5].map((index) => `part-${index}-sur-5.txt`))
  const status = (await line.ask(['keys', 'status'])).json<Status>()
  expect(status.epochs[0]).toMatchObject({ epoch: 1, in: [], retiredAt: expect.any(String) })
  expect(status.epochs[1]).toMatchObject({
    epoch: 2,
    wrapped: { patient: 20 },
    escrowedAt: expect.any(String),
  })

  const digest = createHash('sha256')
    .update(await readFile(master()))
    .digest('hex')
  await rm(master())
  const shares = [4, 2, 5].map((index) => path.join(out, `part-${index}-sur-5.txt`))
  const recovered = await line.scelle(['keys', 'recover', ...shares, '--out', master()])
  expect(recovered.exit, recovered.err).toBe(0)
  expect(recovered.out).toContain(digest)
  expect((await line.scelle(['patient', 'list'])).out).toContain('D-20')
})

test('a share that is mistyped is told with its line, in words', async () => {
  const out = path.join(line.directory, 'parts-mistyped')
  await line.scelle(['keys', 'escrow', '--shares', '2', '--threshold', '2', '--out', out])
  const files = [1, 2].map((index) => path.join(out, `part-${index}-sur-2.txt`))
  const text = await readFile(files[1]!, 'utf8')
  await writeFile(
    files[1]!,
    text.replace(/^(03 {2}...)./m, (_, head: string) => `${head}Z`.replace('ZZ', 'YZ')),
  )
  const refused = await line.scelle(['keys', 'recover', ...files, '--out', path.join(out, 'x.json')])
  if (!text.match(/^03 {2}...Z/m)) expect(refused.exit).toBe(2)
  expect(refused.err).toContain('ligne 3')
  expect(existsSync(path.join(out, 'x.json'))).toBe(false)
})

describe.skipIf(noHsm)('with an HSM', () => {
  let hsm: SoftHsm
  beforeAll(() => void (hsm = startSoftHsm()))
  afterAll(() => hsm.destroy())

  test('a house moves into it with its patients, and works from it alone', async () => {
    const { sessions, timeoutSeconds, ...token } = hsm.token()
    const configuration = JSON.parse(await readFile(line.configFile, 'utf8')) as { keys: object }
    const configure = (keys: object) => writeFile(line.configFile, JSON.stringify({ ...configuration, keys }))
    const pkcs11 = { ...token, sessions, timeoutSeconds }
    const both = { ...configuration.keys, provider: 'pkcs11', pkcs11 }
    await configure(both)
    expect((await line.ask(['keys', 'rotate'])).json()).toMatchObject({
      provider: 'pkcs11',
      indexMoved: true,
    })
    expect((await line.ask(['keys', 'rewrap'])).json()).toMatchObject({ rewrapped: { patient: 20 } })
    expect((await line.scelle(['keys', 'retire', '2', '--yes'])).exit).toBe(0)
    expect(existsSync(master())).toBe(false)
    await configure({ provider: 'pkcs11', ledger: 'keys/ledger.json', pkcs11 })
    expect((await line.scelle(['patient', 'list'])).out).toContain('D-20')
    expect((await line.scelle(['patient', 'import', '-'], csv(3, 100))).exit).toBe(0)

    hsm.unplug()
    try {
      const away = await line.scelle(['keys', 'status'])
      expect([away.exit, away.out]).toEqual([8, expect.stringContaining('ne répond pas')])
      const refused = await line.scelle(['patient', 'import', '-'], csv(1, 200))
      expect([refused.exit, refused.err]).toEqual([8, expect.stringContaining('key-unavailable')])
    } finally {
      hsm.plugIn()
    }
    expect((await line.ask(['keys', 'status'])).json<Status>().epochs.at(-1)).toMatchObject({
      in: ['pkcs11'],
      wrapped: { patient: 23 },
    })
  })

  test('a house begins in it: master key, index key and the key of checkpoints', async () => {
    const own = await prepareCommandLine()
    try {
      const configuration = JSON.parse(await readFile(own.configFile, 'utf8')) as object
      const keys = { provider: 'pkcs11', ledger: 'keys/ledger.json', pkcs11: hsm.token() }
      await writeFile(own.configFile, JSON.stringify({ ...configuration, keys }))
      for (let again = 0; again < 2; again++) {
        const made = await own.scelle(['init', '--name', 'Service', '--siret', '73282932000074'])
        expect(made.exit, made.err).toBe(0)
      }
      const reference = JSON.parse(
        await readFile(path.join(own.directory, 'keys/ledger.json'), 'utf8'),
      ) as object
      expect(Object.keys(reference)).toEqual(['version', 'name', 'publicKey'])
      expect((await own.scelle(['patient', 'import', '-'], csv(2, 1))).exit).toBe(0)
      expect((await own.ask(['keys', 'status'])).json<Status>().epochs).toMatchObject([
        { epoch: 1, in: ['pkcs11'], wrapped: { patient: 2 } },
      ])
    } finally {
      await own.stop()
    }
  })
})
