import { createHash, hkdfSync, randomUUID } from 'node:crypto'
import { buffer } from 'node:stream/consumers'
import { Readable } from 'node:stream'
import { Failure } from '../../domain/failure.ts'
import type { BatchId } from '../../domain/ids.ts'
import type { StagedObject } from '../../domain/staged.ts'
import { led, measuring } from '../../envelope/measuring.ts'
import { openBuffer } from '../../envelope/open.ts'
import { type Seal, sealBuffer, sealStream } from '../../envelope/seal.ts'
import type { Clock, ObjectStore, Ranges, Staging } from '../../ports.ts'
import { rememberKeys } from './batch-keys.ts'

export type StagingOptions = {
  readonly store: ObjectStore
  /** The 32-byte key of a batch. @throws Failure staging-destroyed once it is destroyed */
  readonly batchKey: (batchId: BatchId) => Promise<Buffer>
  readonly clock: Clock
}

/**
 * Staging in a bucket without versions. Each object is a CMS envelope under its own key, drawn from the batch's key and
 * the object's name by HKDF-SHA-256 (RFC 5869): an object put under another's name does not open. Every put has a fresh
 * name, so that two attempts never meet.
 */
export function openStaging({ store, batchKey, clock }: StagingOptions): Staging {
  const keys = rememberKeys(batchKey, clock)

  return {
    adopt: keys.adopt,
    forget: keys.forget,

    async put(batchId, content, of) {
      const key = `${batchId}/${of ? `${of}/` : ''}${randomUUID()}`
      const seal = { key: objectKey(await keys.of(batchId), key), keyId: keyIdOf(key) }
      return {
        key,
        ...(await (Buffer.isBuffer(content) ? putBuffer(key, content, seal) : putStream(key, content, seal))),
      }
    },

    read,

    stream: async (batchId, object) => Readable.from([await read(batchId, object)]),

    async open(batchId, object): Promise<Ranges> {
      const plain = await read(batchId, object)
      return {
        bytes: plain.length,
        read: async (from, length) => plain.subarray(from, from + length),
        close: async () => undefined,
      }
    },

    async remove(batchId, objects) {
      if (objects.some((object) => !isOf(batchId, object))) throw foreign()
      return objects.length === 0 ? 0 : store.destroyObjects(objects.map(({ key }) => key))
    },

    async removeAllBut(batchId, of, keep) {
      const kept = new Set(keep.map(({ key }) => key))
      const keys: string[] = []
      for await (const { key } of store.versions(`${batchId}/${of}/`)) if (!kept.has(key)) keys.push(key)
      return keys.length === 0 ? 0 : store.destroyObjects(keys)
    },

    async destroy(batchId) {
      keys.forget(batchId)
      return store.destroy(`${batchId}/`)
    },
  }

  async function read(batchId: BatchId, object: StagedObject): Promise<Buffer> {
    const batch = await keys.of(batchId)
    const sealed = await fetchSealed(batchId, object)
    const plain = openOrDamaged(sealed, objectKey(batch, object.key))
    if (plain.length !== object.bytes || sha256(plain) !== object.sha256) throw damaged()
    return plain
  }

  async function putBuffer(key: string, plain: Buffer, seal: Seal): Promise<Omit<StagedObject, 'key'>> {
    const sealed = sealBuffer(plain, seal)
    await store.put(key, sealed, { bytes: sealed.length, sha256: sha256(sealed) })
    return { sha256: sha256(plain), bytes: plain.length }
  }

  async function putStream(key: string, plain: Readable, seal: Seal): Promise<Omit<StagedObject, 'key'>> {
    const { through, measures } = measuring({}, 'sha256')
    await store.write(key, led(plain, through, sealStream(seal)))
    const { sha256, bytes } = measures()
    return { sha256, bytes }
  }

  async function fetchSealed(batchId: BatchId, object: StagedObject): Promise<Buffer> {
    if (!isOf(batchId, object)) throw foreign()
    try {
      return await buffer(await store.get(object.key))
    } catch (error) {
      if (!(error instanceof Failure) || error.code !== 'object-missing') throw error
      // Gone with its batch, or lost? The key, asked for anew, tells.
      keys.forget(batchId)
      await keys.of(batchId)
      throw new Failure('staged-object-missing', { batchId }, { cause: error })
    }
  }
}

const sha256 = (content: Buffer): string => createHash('sha256').update(content).digest('hex')

const objectKey = (batchKey: Buffer, key: string): Buffer =>
  Buffer.from(hkdfSync('sha256', batchKey, '', `scelle/v1/staged/${key}`, 32))

/** Names the key in the envelope: the object's own random id. */
const keyIdOf = (key: string): string => key.slice(key.lastIndexOf('/') + 1).replaceAll('-', '')

const isOf = (batchId: BatchId, { key }: StagedObject): boolean => key.startsWith(`${batchId}/`)
const foreign = (): Failure => new Failure('staged-object-missing', { reason: 'another-batch' })
const damaged = (cause?: unknown): Failure => new Failure('staged-object-damaged', {}, { cause })

function openOrDamaged(sealed: Buffer, key: Buffer): Buffer {
  try {
    return openBuffer(sealed, { key })
  } catch (error) {
    throw damaged(error)
  }
}
