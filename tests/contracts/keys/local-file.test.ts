import { randomBytes, randomUUID } from 'node:crypto'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createKeyFile, openLocalKeys } from '../../../src/adapters/keys/local-file.ts'
import { createLedgerKeyFile, openLedgerSigner } from '../../../src/adapters/keys/local-signer.ts'
import type { Failure } from '../../../src/domain/failure.ts'
import { describeKeyProvider } from './key-provider.ts'
import { describeLedgerSigner } from './ledger-signer.ts'

let folder: string
const path = (name: string) => join(folder, name)
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'scelle-keys-'))
  createKeyFile(path('own.json'))
  createKeyFile(path('others.json'))
})
afterAll(() => rmSync(folder, { recursive: true }))

const failureOf = (act: () => unknown): Failure => {
  try {
    act()
  } catch (error) {
    return error as Failure
  }
  throw new Error('nothing was refused')
}
const write = (name: string, content: unknown) => {
  writeFileSync(path(name), typeof content === 'string' ? content : JSON.stringify(content), { mode: 0o600 })
  return path(name)
}
const key = (fill: number) => Buffer.alloc(32, fill).toString('base64')

describeKeyProvider('a local file', {
  open: async () => openLocalKeys(path('own.json')),
  others: async () => openLocalKeys(path('others.json')),
  async fresh() {
    const file = path(`${randomUUID()}.json`)
    createKeyFile(file)
    return openLocalKeys(file)
  },
  async takeAway() {
    renameSync(path('own.json'), path('away.json'))
    return async () => renameSync(path('away.json'), path('own.json'))
  },
})
describeLedgerSigner('a local file', {
  async open() {
    if (!existsSync(path('signer.json'))) createLedgerKeyFile(path('signer.json'), 'ledger.example.fr')
    return openLedgerSigner(path('signer.json'))
  },
})

describe('the key file', () => {
  test('is readable by its owner alone', () => {
    expect(statSync(path('own.json')).mode & 0o777).toBe(0o600)
  })

  test('is never written over, and no draft of it stays behind', () => {
    const before = readFileSync(path('own.json'))
    expect(failureOf(() => createKeyFile(path('own.json'))).code).toBe('already-registered')
    expect(readFileSync(path('own.json')).equals(before)).toBe(true)
    expect(readdirSync(folder).filter((name) => name.startsWith('own.json'))).toEqual(['own.json'])
  })

  test.each([0o640, 0o604, 0o620, 0o644, 0o666])('is refused when others have rights on it (%o)', (mode) => {
    createKeyFile(path(`exposed-${mode}.json`))
    chmodSync(path(`exposed-${mode}.json`), mode)
    const failure = failureOf(() => openLocalKeys(path(`exposed-${mode}.json`)))
    expect(failure).toMatchObject({ code: 'key-file-exposed', facts: { mode: `0${mode.toString(8)}` } })
  })

  test('that is not there is said to be missing', () => {
    expect(failureOf(() => openLocalKeys(path('nowhere.json'))).code).toBe('key-missing')
  })

  // As many letters as 32 bytes have, their padding counted.
  const long = Buffer.alloc(33, 1).toString('base64')
  test.each<[string, unknown]>([
    ['is not JSON', '{'],
    ['has no epoch', { version: 1, epochs: [], indexKey: key(1) }],
    ['has a short key', { version: 1, epochs: [{ epoch: 1, key: 'AAAA' }], indexKey: key(1) }],
    ['has a long index key', { version: 1, epochs: [{ epoch: 1, key: key(1) }], indexKey: long }],
    [
      'has two keys for one epoch',
      { version: 1, epochs: [1, 2].map((n) => ({ epoch: 1, key: key(n) })), indexKey: key(1) },
    ],
    ['is of a version to come', { version: 2, epochs: [{ epoch: 1, key: key(1) }], indexKey: key(1) }],
  ])('that %s is refused without quoting it', (name, content) => {
    const failure = failureOf(() => openLocalKeys(write(`${name}.json`, content)))
    expect(failure.code).toBe('key-file-invalid')
    expect(failure.message).toMatch(/^key-file-invalid reason=(json|shape)$/)
  })

  test('that is a folder is refused', () => {
    mkdirSync(path('folder'), { mode: 0o700 })
    expect(failureOf(() => openLocalKeys(path('folder'))).facts).toEqual({ reason: 'not-a-file' })
  })

  test('of several epochs wraps under the latest and unwraps the older ones', async () => {
    const old = { version: 1, epochs: [{ epoch: 1, key: key(1) }], indexKey: key(9) }
    const rotated = { ...old, epochs: [{ epoch: 2, key: key(2) }, ...old.epochs] }
    const [before, after] = [
      openLocalKeys(write('old.json', old)),
      openLocalKeys(write('rotated.json', rotated)),
    ]
    const secret = randomBytes(32)
    const wrapped = await before.wrap(secret, 'row')
    expect((await after.unwrap(wrapped, 'row')).equals(secret)).toBe(true)
    expect((await after.wrap(secret, 'row')).epoch).toBe(2)
    await expect(after.unwrap({ ...wrapped, epoch: 2 }, 'row')).rejects.toMatchObject({
      code: 'key-mismatch',
    })
  })
})

describe('the ledger key file', () => {
  test('derives the public key of RFC 8032 §7.1, test 1', () => {
    const seed = Buffer.from('9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60', 'hex')
    createLedgerKeyFile(path('rfc8032.json'), 'rfc', () => seed)
    expect(openLedgerSigner(path('rfc8032.json')).publicKey.toString('hex')).toBe(
      'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
    )
  })

  test('refuses a name that a signed note cannot carry', () => {
    for (const name of ['', 'two words', 'a+b', 'a\nb', 'a\u00a0b']) {
      expect(failureOf(() => createLedgerKeyFile(path('bad-name.json'), name)).code).toBe(
        'configuration-invalid',
      )
    }
  })

  test('is refused when others can read it', () => {
    createLedgerKeyFile(path('exposed.json'), 'x')
    chmodSync(path('exposed.json'), 0o644)
    expect(failureOf(() => openLedgerSigner(path('exposed.json'))).code).toBe('key-file-exposed')
  })
})
