import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { KeyProvider } from '../../../src/ports.ts'

/** Another opening of the same keys, and one of other keys. */
export type KeyProviders = {
  readonly open: () => Promise<KeyProvider>
  readonly others: () => Promise<KeyProvider>
}

/** What any provider of master keys promises: a file, an HSM, a KMS. */
export function describeKeyProvider(kind: string, { open, others }: KeyProviders): void {
  const context = 'patients/01890a5d-ac96-774b-bcce-b302099a8057'

  describe(`keys from ${kind}`, () => {
    test('a wrapped key unwraps to itself', async () => {
      const [keys, key] = [await open(), randomBytes(32)]
      expect((await keys.unwrap(await keys.wrap(key, context), context)).equals(key)).toBe(true)
    })

    test('a key wrapped before a restart unwraps after it', async () => {
      const key = randomBytes(32)
      const wrapped = await (await open()).wrap(key, context)
      expect((await (await open()).unwrap(wrapped, context)).equals(key)).toBe(true)
    })

    test('new keys are wrapped under the present epoch', async () => {
      const keys = await open()
      expect((await keys.wrap(randomBytes(32), context)).epoch).toBe(keys.epoch)
    })

    test('a wrapped key holds nothing of the key in clear, and never looks the same twice', async () => {
      const [keys, key] = [await open(), randomBytes(32)]
      const [first, second] = [await keys.wrap(key, context), await keys.wrap(key, context)]
      expect(first.wrapped.includes(key)).toBe(false)
      expect(first.wrapped.equals(second.wrapped)).toBe(false)
    })

    test('a key wrapped for one row never unwraps for another', async () => {
      const keys = await open()
      const wrapped = await keys.wrap(randomBytes(32), context)
      await expect(keys.unwrap(wrapped, `${context}0`)).rejects.toMatchObject({ code: 'key-mismatch' })
    })

    test('a key of an unknown epoch is refused', async () => {
      const keys = await open()
      const { wrapped } = await keys.wrap(randomBytes(32), context)
      const foreign = { wrapped, epoch: keys.epoch + 100 }
      await expect(keys.unwrap(foreign, context)).rejects.toMatchObject({ code: 'key-mismatch' })
    })

    test('a key wrapped by another provider is refused', async () => {
      const wrapped = await (await others()).wrap(randomBytes(32), context)
      await expect((await open()).unwrap(wrapped, context)).rejects.toMatchObject({ code: 'key-mismatch' })
    })

    test('a wrapped key of which any byte changed, or that was cut short, is refused', async () => {
      const keys = await open()
      const { wrapped, epoch } = await keys.wrap(randomBytes(32), context)
      for (let at = 0; at < wrapped.length; at++) {
        const changed = Buffer.from(wrapped)
        changed[at]! ^= 1
        for (const damaged of [changed, wrapped.subarray(0, at)]) {
          await expect(keys.unwrap({ wrapped: damaged, epoch }, context)).rejects.toMatchObject({
            code: 'key-mismatch',
          })
        }
      }
    })

    test('derived keys are the same after a restart, 32 bytes, and another for another purpose', async () => {
      const [before, after] = [await open(), await open()]
      const index = await before.derive('scelle/v1/index/file-number')
      expect(index).toHaveLength(32)
      expect((await after.derive('scelle/v1/index/file-number')).equals(index)).toBe(true)
      expect((await after.derive('scelle/v1/index/matricule')).equals(index)).toBe(false)
      expect((await (await others()).derive('scelle/v1/index/file-number')).equals(index)).toBe(false)
    })
  })
}
