import { createHash, randomBytes } from 'node:crypto'
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

test('opens what it sealed, and says both digests', async () => {
  const { sealed, sealedSha256, contentSha256, contentSha512 } = await sealer.seal(first, document, content)
  expect((await sealer.open(first, document, sealed)).equals(content)).toBe(true)
  expect(sealedSha256).toBe(createHash('sha256').update(sealed).digest('hex'))
  expect(contentSha256).toBe(createHash('sha256').update(content).digest('hex'))
  expect(contentSha512).toBe(createHash('sha512').update(content).digest('hex'))
})

test('one document never opens as another, nor as another patient’s', async () => {
  const { sealed } = await sealer.seal(first, document, content)
  await expect(sealer.open(first, another, sealed)).rejects.toMatchObject({ code: 'envelope-not-authentic' })
  await expect(sealer.open(second, document, sealed)).rejects.toMatchObject({
    code: 'envelope-not-authentic',
  })
})

test('the released key is the one that the envelope names', async () => {
  const [{ keyId }, released] = [
    await sealer.seal(first, document, content),
    await sealer.release(first, document),
  ]
  expect(released.keyId).toBe(keyId)
  expect(released.key).toHaveLength(32)
})

test('nothing opens once the patient’s key is destroyed', async () => {
  const gone = newId<PatientId>(now)
  keys.set(gone, randomBytes(32))
  const { sealed } = await sealer.seal(gone, document, content)
  keys.delete(gone)
  await expect(sealer.open(gone, document, sealed)).rejects.toMatchObject({ code: 'key-destroyed' })
})
