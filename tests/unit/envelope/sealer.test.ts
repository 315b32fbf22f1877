import { createHash, randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { createSealer } from '../../../src/adapters/sealing/sealer.ts'
import { Failure } from '../../../src/domain/failure.ts'
import { type DocumentId, newId, type PatientId } from '../../../src/domain/ids.ts'

const now = new Date('2026-01-01T00:00:00.000Z')
const [first, second] = [newId<PatientId>(now), newId<PatientId>(now)]
const [document, another] = [newId<DocumentId>(now), newId<DocumentId>(now)]
const keys = new Map([first, second].map((patientId) => [patientId, randomBytes(32)]))
const sealer = createSealer(async (patientId) => {
  const key = keys.get(patientId)
  if (!key) throw new Failure('key-destroyed')
  return key
})
const content = Buffer.from('%PDF-1.7 …')
const stream = (bytes: Buffer) => Readable.from([bytes])

const seal = async (patientId: PatientId) => {
  const sealing = await sealer.seal(patientId, document, stream(content))
  return { sealed: await buffer(sealing.sealed), keyId: sealing.keyId, measures: sealing.content() }
}
const open = async (patientId: PatientId, documentId: DocumentId, sealed: Buffer) =>
  buffer(await sealer.open(patientId, documentId, stream(sealed)))

test('opens what it sealed, and says size and digests of what went in', async () => {
  const { sealed, measures } = await seal(first)
  expect((await open(first, document, sealed)).equals(content)).toBe(true)
  expect(measures).toMatchObject({
    bytes: content.length,
    sha256: createHash('sha256').update(content).digest('hex'),
    sha512: createHash('sha512').update(content).digest('hex'),
  })
})

test('says nothing of a content before all of it went in', async () => {
  const sealing = await sealer.seal(first, document, stream(content))
  expect(() => sealing.content()).toThrow(RangeError)
  await buffer(sealing.sealed)
  expect(sealing.content().bytes).toBe(content.length)
})

test('fails where the content fails', async () => {
  const broken = new Readable({ read: () => broken.destroy(new Failure('staged-object-damaged')) })
  const { sealed } = await sealer.seal(first, document, broken)
  await expect(buffer(sealed)).rejects.toMatchObject({ code: 'staged-object-damaged' })
})

test('one document never opens as another, nor as another patient’s', async () => {
  const { sealed } = await seal(first)
  await expect(open(first, another, sealed)).rejects.toMatchObject({ code: 'envelope-not-authentic' })
  await expect(open(second, document, sealed)).rejects.toMatchObject({ code: 'envelope-not-authentic' })
})

test('the released key is the one that the envelope names', async () => {
  const released = await sealer.release(first, document)
  expect(released.keyId).toBe((await seal(first)).keyId)
  expect(released.key).toHaveLength(32)
})

test('nothing opens once the patient’s key is destroyed, and no stream is left waiting', async () => {
  const gone = newId<PatientId>(now)
  keys.set(gone, randomBytes(32))
  const { sealed } = await seal(gone)
  keys.delete(gone)
  for (const work of [sealer.open, sealer.seal]) {
    const source = stream(sealed)
    await expect(work(gone, document, source)).rejects.toMatchObject({ code: 'key-destroyed' })
    expect(source.destroyed).toBe(true)
  }
})
