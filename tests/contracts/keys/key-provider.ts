import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { KeyStore } from '../../../src/key-ports.ts'

export type KeyProviders = {
  /** Another opening of the same keys. */
  readonly open: () => Promise<KeyStore>
  /** Other keys. */
  readonly others: () => Promise<KeyStore>
  /** New keys, with the master key of epoch 1. */
  readonly fresh: () => Promise<KeyStore>
  /** Takes away what `open` gives, and puts it back. */
  readonly takeAway: () => Promise<() => Promise<void>>
}

/** What any provider of master keys promises: a file, an HSM, a KMS. */
export function describeKeyProvider(kind: string, { open, others, fresh, takeAway }: KeyProviders): void {
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
      expect((await keys.wrap(randomBytes(32), context)).epoch).toBe((await keys.epochs()).at(-1))
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
      await expect(keys.unwrap({ wrapped, epoch: 100 }, context)).rejects.toMatchObject({
        code: 'key-epoch-unknown',
        facts: { epoch: 100 },
      })
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

    test('a wrapped key has the same layout everywhere: nonce, ciphertext and tag', async () => {
      expect((await (await open()).wrap(randomBytes(32), context)).wrapped).toHaveLength(12 + 32 + 16)
    })

    test('after a new epoch, new keys are wrapped under it and former ones still unwrap', async () => {
      const [keys, key] = [await fresh(), randomBytes(32)]
      const former = await keys.wrap(key, context)
      await keys.makeEpoch(2)
      const present = await keys.wrap(key, context)
      expect([former.epoch, present.epoch]).toEqual([1, 2])
      expect(await keys.epochs()).toEqual([1, 2])
      for (const wrapped of [former, present])
        expect((await keys.unwrap(wrapped, context)).equals(key)).toBe(true)
      await expect(keys.unwrap({ ...former, epoch: 2 }, context)).rejects.toMatchObject({
        code: 'key-mismatch',
      })
    })

    test('epochs are told in their order, past the ninth', async () => {
      const keys = await fresh()
      for (const epoch of [10, 9]) await keys.makeEpoch(epoch)
      expect(await keys.epochs()).toEqual([1, 9, 10])
      expect((await keys.wrap(randomBytes(32), context)).epoch).toBe(10)
    })

    test('an epoch is never made twice', async () => {
      const keys = await fresh()
      const wrapped = await keys.wrap(Buffer.alloc(32, 7), context)
      await expect(keys.makeEpoch(1)).rejects.toMatchObject({ code: 'already-registered' })
      expect(await keys.unwrap(wrapped, context)).toEqual(Buffer.alloc(32, 7))
    })

    test('what was wrapped under a destroyed epoch cannot be unwrapped any more', async () => {
      const keys = await fresh()
      const wrapped = await keys.wrap(randomBytes(32), context)
      await keys.makeEpoch(2)
      await keys.destroyEpoch(1)
      await keys.destroyEpoch(1)
      expect(await keys.epochs()).toEqual([2])
      expect((await keys.wrap(randomBytes(32), context)).epoch).toBe(2)
      // Another process holds nothing of it either.
      await expect(keys.unwrap({ ...wrapped, epoch: 2 }, context)).rejects.toMatchObject({
        code: 'key-mismatch',
      })
      await expect(keys.unwrap(wrapped, context)).rejects.toMatchObject({ code: 'key-epoch-unknown' })
    })

    test('the index key is made once', async () => {
      const keys = await fresh()
      const before = await keys.derive('scelle/v1/index')
      await expect(keys.makeIndexKey()).rejects.toMatchObject({ code: 'already-registered' })
      await keys.makeEpoch(2)
      expect(await keys.derive('scelle/v1/index')).toEqual(before)
    })

    test('a provider that is away is said to be, loses nothing and serves again once it is back', async () => {
      const [keys, key] = [await open(), randomBytes(32)]
      const wrapped = await keys.wrap(key, context)
      const putBack = await takeAway()
      try {
        await expect(keys.wrap(key, context)).rejects.toMatchObject({
          code: 'key-unavailable',
          retry: 'later',
        })
      } finally {
        await putBack()
      }
      expect((await keys.unwrap(wrapped, context)).equals(key)).toBe(true)
      expect((await keys.unwrap(await keys.wrap(key, context), context)).equals(key)).toBe(true)
    })
  })
}
