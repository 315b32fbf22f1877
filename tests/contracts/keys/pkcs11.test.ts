import { execFileSync } from 'node:child_process'
import { randomBytes, X509Certificate, verify } from 'node:crypto'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { createKeyFile, openLocalKeys } from '../../../src/adapters/keys/local-file.ts'
import { joinKeys } from '../../../src/adapters/keys/joined.ts'
import { createLedgerReference, openLedgerSigner } from '../../../src/adapters/keys/local-signer.ts'
import { openPkcs11Keys } from '../../../src/adapters/pkcs11/keys.ts'
import { type Link, type LinkSettings, openLink } from '../../../src/adapters/pkcs11/link.ts'
import {
  ledgerKeyIn,
  ledgerSignature,
  openPkcs11CertificateSigner,
  publicKeyIn,
} from '../../../src/adapters/pkcs11/signers.ts'
import { noHsm, type SoftHsm, startSoftHsm } from '../../softhsm.ts'
import { describeKeyProvider } from './key-provider.ts'
import { describeLedgerSigner } from './ledger-signer.ts'

const labels = { master: 'scelle-master', index: 'scelle-index' }
/** Ours from the moment a token is asked for, so that a suite that is left out starts nothing. */
let hsm: SoftHsm
let folder: string
const links: Link[] = []
const path = (name: string) => join(folder, name)

function link(settings: LinkSettings): Link {
  const opened = openLink(settings)
  links.push(opened)
  return opened
}
const keysOf = (settings: LinkSettings) => openPkcs11Keys(link(settings), labels)

async function filled(settings = hsm.token()): Promise<LinkSettings> {
  const keys = keysOf(settings)
  await keys.makeEpoch(1)
  await keys.makeIndexKey()
  return settings
}

describe.skipIf(noHsm)('an HSM', () => {
  let own: LinkSettings
  let others: LinkSettings
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'scelle-hsm-keys-'))
    hsm = startSoftHsm()
    own = await filled()
    others = await filled()
  })
  afterEach(() => {
    for (const one of links.splice(0)) one.close()
  })
  afterAll(() => {
    hsm.destroy()
    rmSync(folder, { recursive: true })
  })

  describeKeyProvider('an HSM', {
    open: async () => keysOf(own),
    others: async () => keysOf(others),
    fresh: async () => keysOf(await filled()),
    async takeAway() {
      hsm.unplug()
      return async () => {
        hsm.plugIn()
        await sleep(1100)
      }
    },
  })

  describeLedgerSigner('an HSM', {
    async open() {
      const token = link(own)
      const publicKey = await ledgerKeyIn(token, 'scelle-ledger')
      const file = path(`ledger-${randomBytes(4).toString('hex')}.json`)
      createLedgerReference(file, 'ledger.example.fr', publicKey)
      return openLedgerSigner(file, ledgerSignature(token, 'scelle-ledger'))
    },
  })

  test('derives under an index key that moved in what the local file derives', async () => {
    createKeyFile(path('moving.json'))
    const [local, inside] = [openLocalKeys(path('moving.json')), keysOf(hsm.token())]
    await inside.makeIndexKey(await local.indexRoot())
    for (const info of ['index/file-number/x', 'identity/x', ''])
      expect(await inside.derive(info)).toEqual(await local.derive(info))
  })

  test('beside a local file takes the new keys from its first epoch on; the former ones still unwrap', async () => {
    createKeyFile(path('former.json'))
    const [local, inside] = [openLocalKeys(path('former.json')), keysOf(hsm.token())]
    const joined = joinKeys([inside, local])
    const former = await joined.wrap(Buffer.alloc(32, 1), 'row')
    const index = await joined.derive('index')
    await inside.makeIndexKey(await local.indexRoot())
    await inside.makeEpoch(2)
    const present = await joined.wrap(Buffer.alloc(32, 2), 'row')
    expect([former.epoch, present.epoch]).toEqual([1, 2])
    expect(await inside.unwrap(present, 'row')).toEqual(Buffer.alloc(32, 2))
    expect(await joined.unwrap(former, 'row')).toEqual(Buffer.alloc(32, 1))
    expect(await joined.derive('index')).toEqual(index)
    await expect(joined.unwrap({ ...present, epoch: 9 }, 'row')).rejects.toMatchObject({
      code: 'key-epoch-unknown',
    })
  })

  test('that is away while keys are moved into it is said to be: no new key goes under the former file', async () => {
    createKeyFile(path('move-cut-off.json'))
    const local = openLocalKeys(path('move-cut-off.json'))
    const joined = joinKeys([keysOf(await filled()), local])
    const former = await local.wrap(Buffer.alloc(32, 1), 'row')
    hsm.unplug()
    try {
      await expect(joined.wrap(Buffer.alloc(32), 'row')).rejects.toMatchObject({ code: 'key-unavailable' })
      expect(await local.unwrap(former, 'row')).toEqual(Buffer.alloc(32, 1))
    } finally {
      hsm.plugIn()
    }
  })

  test('answers many at once', async () => {
    const keys = keysOf(own)
    const secrets = Array.from({ length: 40 }, () => randomBytes(32))
    const wrapped = await Promise.all(secrets.map((secret, at) => keys.wrap(secret, `row/${at}`)))
    const back = await Promise.all(wrapped.map((one, at) => keys.unwrap(one, `row/${at}`)))
    expect(back).toEqual(secrets)
  })

  test('whose library crashed serves again at once', async () => {
    const token = link(own)
    const keys = openPkcs11Keys(token, labels)
    const wrapped = await keys.wrap(Buffer.alloc(32, 3), 'row')
    process.kill(token.pid!, 'SIGKILL')
    expect(await keys.unwrap(wrapped, 'row')).toEqual(Buffer.alloc(32, 3))
  })

  test('whose library hangs is given up after its time, and serves again', async () => {
    const token = link({ ...own, timeoutSeconds: 1.5 })
    const keys = openPkcs11Keys(token, labels)
    const wrapped = await keys.wrap(Buffer.alloc(32, 4), 'row')
    process.kill(token.pid!, 'SIGSTOP')
    await expect(keys.unwrap(wrapped, 'row')).rejects.toMatchObject({
      code: 'key-unavailable',
      facts: { reason: 'no-answer' },
    })
    await sleep(1100)
    expect(await keys.unwrap(wrapped, 'row')).toEqual(Buffer.alloc(32, 4))
  })

  test('is not asked again with a wrong PIN until the PIN changed', async () => {
    const settings = hsm.token()
    const pin = readFileSync(settings.pinFile, 'utf8')
    await filled(settings)
    writeFileSync(settings.pinFile, 'wrong')
    const token = link(settings)
    const keys = openPkcs11Keys(token, labels)
    const refusal = { code: 'key-provider-refused', facts: { reason: 'ckr-pin-incorrect' } }
    await expect(keys.wrap(randomBytes(32), 'row')).rejects.toMatchObject(refusal)
    expect(token.pid).toBeUndefined()
    await expect(keys.wrap(randomBytes(32), 'row')).rejects.toMatchObject(refusal)
    expect(token.pid).toBeUndefined()
    writeFileSync(settings.pinFile, pin)
    expect((await keys.wrap(randomBytes(32), 'row')).epoch).toBe(1)
  })

  test.each<[string, (settings: LinkSettings) => LinkSettings | void]>([
    ['pin-file-exposed', ({ pinFile }) => chmodSync(pinFile, 0o640)],
    ['pin-file-unreadable', (settings) => ({ ...settings, pinFile: '/nowhere' })],
    ['pin-file-empty', ({ pinFile }) => writeFileSync(pinFile, '\n')],
    ['module-unreadable', (settings) => ({ ...settings, module: '/nowhere.so' })],
  ])('is refused for %s', async (reason, change) => {
    const settings = hsm.token()
    const keys = keysOf(change(settings) ?? settings)
    await expect(keys.wrap(randomBytes(32), 'row')).rejects.toMatchObject({
      code: 'key-provider-refused',
      facts: { reason },
    })
  })

  test('without keys of ours says so', async () => {
    const keys = keysOf(hsm.token())
    await expect(keys.wrap(randomBytes(32), 'row')).rejects.toMatchObject({
      code: 'key-provider-refused',
      facts: { reason: 'master-key-missing' },
    })
    await expect(keys.derive('index')).rejects.toMatchObject({ code: 'index-key-missing' })
  })

  test('that holds another ledger key than the one written down signs no checkpoint', async () => {
    const token = link(own)
    await ledgerKeyIn(token, 'another-ledger')
    createLedgerReference(path('other.json'), 'ledger.example.fr', randomBytes(32))
    const signer = openLedgerSigner(path('other.json'), ledgerSignature(token, 'another-ledger'))
    await expect(signer.sign(Buffer.from('x'))).rejects.toMatchObject({ code: 'key-provider-refused' })
  })

  describe('certificates', () => {
    /** A certificate of a small authority for a key that is in the token. */
    async function certified(token: Link, label: string): Promise<Buffer> {
      await token.ask({ does: 'make-pair', label, kind: 'p256' })
      const spki = (await publicKeyIn(token, label)).export({ type: 'spki', format: 'pem' })
      writeFileSync(path('public.pem'), spki)
      const openssl = (...given: string[]) =>
        execFileSync('openssl', given, { cwd: folder, stdio: ['ignore', 'pipe', 'ignore'] })
      const anyKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']
      openssl(
        'req',
        '-x509',
        ...anyKey,
        '-keyout',
        'ca.key',
        '-out',
        'ca.pem',
        '-subj',
        '/CN=Essai',
        '-days',
        '2',
      )
      openssl('req', ...anyKey, '-keyout', 'any.key', '-out', 'any.csr', '-subj', '/CN=Cachet')
      const ca = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '1']
      openssl('x509', '-req', '-in', 'any.csr', '-force_pubkey', 'public.pem', ...ca, '-out', 'seal.pem')
      return new X509Certificate(readFileSync(path('seal.pem'))).raw
    }

    test('are signed by ECDSA in the form that others read', async () => {
      const token = link(own)
      const certificate = await certified(token, 'seal-1')
      const signer = openPkcs11CertificateSigner(token, 'seal-1', [certificate])
      expect(signer.algorithm).toBe('ecdsa-p256-sha256')
      const { publicKey } = new X509Certificate(certificate)
      for (let i = 0; i < 40; i++) {
        const message = randomBytes(50)
        expect(verify('sha256', message, publicKey, await signer.sign(message))).toBe(true)
      }
    })

    test('are not signed by a key that is not theirs', async () => {
      const token = link(own)
      const certificate = await certified(token, 'seal-2')
      await token.ask({ does: 'make-pair', label: 'seal-3', kind: 'p256' })
      const signer = openPkcs11CertificateSigner(token, 'seal-3', [certificate])
      await expect(signer.sign(Buffer.from('x'))).rejects.toMatchObject({
        code: 'key-provider-refused',
        facts: { reason: 'signature-of-another-key' },
      })
    })
  })
})
