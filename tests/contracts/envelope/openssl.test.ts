import { execFileSync, spawnSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import {
  createReadStream,
  createWriteStream,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { objectKey, objectKeyId } from '../../../src/envelope/object-key.ts'
import { passed } from '../../../src/envelope/measuring.ts'
import { openBuffer, openStream } from '../../../src/envelope/open.ts'
import { surveying } from '../../../src/envelope/places.ts'
import { sealBuffer, sealStream } from '../../../src/envelope/seal.ts'

// The openssl of the machine, as whoever receives an archive would use it. Missing, these tests fail: the promise that
// stock tools open everything is then unproven.
const documentId = '01890a5d-ac96-774b-bcce-b302099a8057'
const seal = { key: objectKey(randomBytes(32), documentId), keyId: objectKeyId(documentId) }
const keyOptions = ['-secretkey', seal.key.toString('hex'), '-secretkeyid', seal.keyId]

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'scelle-openssl-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

const decrypt = (envelope: string, out: string, options = keyOptions) =>
  spawnSync(
    'openssl',
    ['cms', '-decrypt', '-binary', '-inform', 'DER', '-in', envelope, '-out', out, ...options],
    {
      encoding: 'utf8',
    },
  )
const digest = (file: string) => createHash('sha256').update(readFileSync(file)).digest('hex')

test.each([0, 1, 65_536, 1_000_000, 20_000_000])(
  'openssl cms -decrypt gives back %i streamed bytes',
  async (bytes) => {
    const [content, envelope, out] = ['content', 'envelope', 'out'].map((name) =>
      join(folder, `${name}-${bytes}`),
    )
    writeFileSync(content!, randomBytes(bytes))
    await pipeline(createReadStream(content!), sealStream(seal), createWriteStream(envelope!))
    expect(decrypt(envelope!, out!)).toMatchObject({ status: 0, stderr: '' })
    expect(digest(out!)).toBe(digest(content!))
  },
)

test('any part that is read by its place is what openssl finds there', async () => {
  const [content, envelope, out] = ['content', 'envelope', 'out'].map((name) =>
    join(folder, `${name}-places`),
  )
  writeFileSync(content!, randomBytes(3_000_001))
  await pipeline(createReadStream(content!), sealStream(seal), createWriteStream(envelope!))
  expect(decrypt(envelope!, out!).status).toBe(0)
  const { surveyor, places } = surveying()
  await pipeline(createReadStream(envelope!), openStream(seal, surveyor), (opened) => passed(opened))
  const [sealed, plain] = [readFileSync(envelope!), readFileSync(out!)]
  for (const [from, to] of [
    [0, 1],
    [65_530, 65_550],
    [1_000_007, 2_500_000],
    [3_000_000, 3_000_001],
  ] as const) {
    const range = places().sealedRange(from, to)
    const part = places().decrypt(from, to, sealed.subarray(range.from, range.to))
    expect(part.equals(plain.subarray(from, to))).toBe(true)
  }
})

test('openssl refuses an envelope of which a byte of the content changed', () => {
  const envelope = sealBuffer(Buffer.from('inapte temporaire'), seal)
  envelope[envelope.length - 30]! ^= 1
  writeFileSync(join(folder, 'changed'), envelope)
  expect(decrypt(join(folder, 'changed'), join(folder, 'out')).status).not.toBe(0)
})

test('openssl refuses another key', () => {
  writeFileSync(join(folder, 'other'), sealBuffer(Buffer.from('apte'), seal))
  const otherKey = ['-secretkey', '00'.repeat(32), '-secretkeyid', seal.keyId]
  expect(decrypt(join(folder, 'other'), join(folder, 'out'), otherKey).status).not.toBe(0)
})

test('openssl reads the structure: AuthEnvelopedData, AES-256 key wrap, AES-256-GCM', () => {
  writeFileSync(join(folder, 'printed'), sealBuffer(Buffer.from('apte'), seal))
  const command = ['cms', '-cmsout', '-print', '-noout', '-inform', 'DER', '-in', join(folder, 'printed')]
  const printed = execFileSync('openssl', command, { encoding: 'utf8' })
  expect(printed).toMatch(/id-smime-ct-authEnvelopedData/)
  expect(printed).toMatch(/id-aes256-wrap/)
  expect(printed).toMatch(/aes-256-gcm/)
})

test.each([0, 1, 1_000_000])('an envelope that openssl wrote over %i bytes opens here', (bytes) => {
  const content = randomBytes(bytes)
  const command = ['cms', '-encrypt', '-aes-256-gcm', '-binary', '-outform', 'DER', ...keyOptions]
  const envelope = execFileSync('openssl', command, { input: content, maxBuffer: 2 ** 24 })
  expect(openBuffer(envelope, seal).equals(content)).toBe(true)
})
