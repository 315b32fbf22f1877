import { createHash, hkdfSync, randomUUID } from 'node:crypto'
import type { Readable, Transform } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { Failure } from '../../domain/failure.ts'
import type { BatchId } from '../../domain/ids.ts'
import type { StagedObject } from '../../domain/staged.ts'
import { atEnd, led, measuring, passed } from '../../envelope/measuring.ts'
import { openBuffer, openStream, type Surveyor } from '../../envelope/open.ts'
import { surveying } from '../../envelope/places.ts'
import { type Seal, sealBuffer, sealStream } from '../../envelope/seal.ts'
import type { Clock, ObjectStore, Staging } from '../../ports.ts'
import { rememberKeys } from './batch-keys.ts'
import { checkedBlocks, digestingBlocks } from './checked-blocks.ts'
import { contentRanges } from './content-ranges.ts'

export type StagingOptions = {
  readonly store: ObjectStore
  /** The 32-byte key of a batch. @throws Failure staging-destroyed once it is destroyed */
  readonly batchKey: (batchId: BatchId) => Promise<Buffer>
  readonly clock: Clock
}

type Digested = Omit<StagedObject, 'key'>

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
      if (Buffer.isBuffer(content))
        return { key, ...(await putBuffer(key, content, await sealFor(batchId, key))) }
      const seal = await sealFor(batchId, key).catch((error: unknown) => {
        content.destroy()
        throw error
      })
      return { key, ...(await putStream(key, content, seal)) }
    },

    async read(batchId, object) {
      const batch = await keys.of(batchId)
      const sealed = await buffer(await fetchSealed(batchId, object))
      const plain = openOrDamaged(sealed, objectKey(batch, object.key))
      if (plain.length !== object.bytes || sha256(plain) !== object.sha256) throw damaged()
      return plain
    },

    stream: async (batchId, object) => openedStream(batchId, object),

    async open(batchId, object) {
      const { surveyor, places } = surveying()
      const blocks = digestingBlocks()
      await passed(await openedStream(batchId, object, blocks.through, surveyor))
      const fetch = async (range: { from: number; length: number }) =>
        buffer(await fetchSealed(batchId, object, range))
      return contentRanges(places(), checkedBlocks(blocks.digests(), fetch, damaged))
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

  async function sealFor(batchId: BatchId, key: string): Promise<Seal> {
    return { key: objectKey(await keys.of(batchId), key), keyId: keyIdOf(key) }
  }

  async function putBuffer(key: string, plain: Buffer, seal: Seal): Promise<Digested> {
    const sealed = sealBuffer(plain, seal)
    await store.put(key, sealed, { bytes: sealed.length, sha256: sha256(sealed) })
    return { sha256: sha256(plain), bytes: plain.length }
  }

  async function putStream(key: string, plain: Readable, seal: Seal): Promise<Digested> {
    const { through, measures } = measuring({}, 'sha256')
    try {
      await store.write(key, led(plain, through, sealStream(seal)))
    } catch (error) {
      // The storage may have written it all the same, and lost the answer: nobody will ever know its name.
      await store.destroyObjects([key]).catch(() => undefined)
      throw error
    }
    return { sha256: measures().sha256, bytes: measures().bytes }
  }

  /** Fails at its end unless it is what was put. `first` sees the envelope as it comes. */
  async function openedStream(
    batchId: BatchId,
    object: StagedObject,
    first?: Transform,
    surveyor?: Surveyor,
  ): Promise<Readable> {
    const key = objectKey(await keys.of(batchId), object.key)
    const sealed = await fetchSealed(batchId, object)
    const opening = openStream({ key, refusal: damaged }, surveyor)
    const { through, measures } = measuring({}, 'sha256')
    const compared = atEnd(() => {
      const { bytes, sha256 } = measures()
      return bytes === object.bytes && sha256 === object.sha256 ? null : damaged()
    })
    return led(sealed, ...(first ? [first] : []), opening, through, compared)
  }

  async function fetchSealed(
    batchId: BatchId,
    object: StagedObject,
    range?: { from: number; length: number },
  ): Promise<Readable> {
    if (!isOf(batchId, object)) throw foreign()
    try {
      return await store.get(object.key, range)
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
