import { expect, test } from 'vitest'
import type { Driver } from '../../../src/adapters/pkcs11/driver.ts'
import { labelsOf } from '../../../src/adapters/pkcs11/objects.ts'

/** A token that hands out a few of its keys at a time, as the standard leaves it free to (PKCS #11 v2.40, 5.7). */
function tokenOf(labels: readonly string[], atOnce: number): Driver {
  let next = 0
  const driver: Partial<Driver> = {
    C_FindObjectsInit: () => void (next = 0),
    C_FindObjectsFinal: () => {},
    C_FindObjects() {
      const some = labels.slice(next, next + atOnce).map((label) => Buffer.from(label))
      next += some.length
      return some
    },
    C_GetAttributeValue: (_session, object) => [{ value: object }] as never,
  }
  return driver as Driver
}

test('all keys are found of a token that gives them a few at a time', () => {
  const labels = ['master-1', 'master-2', 'master-3', 'master-4', 'master-5']
  const session = 0 as unknown as Parameters<typeof labelsOf>[1]
  expect(labelsOf(tokenOf(labels, 2), session, 'aes')).toEqual(labels)
})
