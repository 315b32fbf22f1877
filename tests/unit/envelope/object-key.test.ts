import { createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import { objectKey, objectKeyId } from '../../../src/envelope/object-key.ts'

const patientKey = Buffer.alloc(32, 1)
const documentId = '01890a5d-ac96-774b-bcce-b302099a8057'

test('the key of a document is HKDF-SHA-256 as RFC 5869 spells it out', () => {
  const extracted = createHmac('sha256', Buffer.alloc(32)).update(patientKey).digest()
  const info = Buffer.concat([Buffer.from(`scelle/v1/object/${documentId}`), Buffer.of(1)])
  expect(objectKey(patientKey, documentId)).toEqual(createHmac('sha256', extracted).update(info).digest())
})

test('another document or another patient has another key', () => {
  const key = objectKey(patientKey, documentId)
  expect(objectKey(patientKey, documentId.replace('01', '02')).equals(key)).toBe(false)
  expect(objectKey(Buffer.alloc(32, 2), documentId).equals(key)).toBe(false)
})

test('the key id is stable for ever: archives name it', () => {
  expect(objectKeyId(documentId)).toBe('7232da034eaf19156d19b05ea340646e')
})

test('refuses a patient key of another length', () => {
  expect(() => objectKey(Buffer.alloc(16), documentId)).toThrow(RangeError)
})
