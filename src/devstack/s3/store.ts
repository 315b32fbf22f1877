import { randomUUID } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ChecksumName } from './checksums.ts'
import { type Journal, openJournal, readJournal } from './journal.ts'
import type { DefaultRetention, Retention } from './lock.ts'
import { Refusal } from './refusal.ts'

/** One version of an object, or a delete marker. Immutable but for its lock. */
export type Version = {
  readonly key: string
  readonly versionId: string
  /** Order of commits in the bucket. */
  readonly sequence: number
  /** Name of the file that holds the bytes; empty for a delete marker. */
  readonly file: string
  readonly deleted: boolean
  readonly bytes: number
  readonly etag: string
  readonly modified: string
  readonly headers: Readonly<Record<string, string>>
  readonly checksums: Partial<Record<ChecksumName, string>>
  readonly checksumType: 'FULL_OBJECT' | 'COMPOSITE'
  readonly retention?: Retention | undefined
  readonly legalHold: boolean
}

export type BucketSettings = {
  readonly name: string
  readonly createdAt: string
  readonly versioning: 'off' | 'on' | 'suspended'
  readonly objectLock: boolean
  readonly defaultRetention?: DefaultRetention | undefined
}

type Line = { readonly put: Version } | { readonly removed: string }

export type Bucket = {
  settings: BucketSettings
  readonly directory: string
  /** Versions of each key, newest first. */
  readonly keys: Map<string, Version[]>
  readonly journal: Journal<Line>
  sequence: number
}

export type Store = {
  readonly durable: boolean
  readonly buckets: Map<string, Bucket>
  readonly directory: string
}

export async function openStore(directory: string, durable: boolean): Promise<Store> {
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const store: Store = { durable, directory, buckets: new Map() }
  for (const name of await readdir(directory)) {
    const settings = await readFile(join(directory, name, 'bucket.json'), 'utf8').catch(() => undefined)
    if (settings) store.buckets.set(name, await openBucket(store, JSON.parse(settings) as BucketSettings))
  }
  return store
}

export async function closeStore(store: Store): Promise<void> {
  for (const bucket of store.buckets.values()) await bucket.journal.close()
}

export function bucketOf(store: Store, name: string): Bucket {
  const bucket = store.buckets.get(name)
  if (!bucket) throw new Refusal('NoSuchBucket')
  return bucket
}

export async function createBucket(store: Store, settings: BucketSettings): Promise<void> {
  await mkdir(join(store.directory, settings.name), { recursive: true })
  await writeSettings(store, settings)
  store.buckets.set(settings.name, await openBucket(store, settings))
}

export async function changeBucket(
  store: Store,
  bucket: Bucket,
  change: Partial<BucketSettings>,
): Promise<void> {
  bucket.settings = { ...bucket.settings, ...change }
  await writeSettings(store, bucket.settings)
}

export async function removeBucket(store: Store, bucket: Bucket): Promise<void> {
  store.buckets.delete(bucket.settings.name)
  await bucket.journal.close()
  await rm(bucket.directory, { recursive: true, force: true })
}

/** A fresh name for bytes: they count for nothing until a version that names them is committed. */
export async function newFile(bucket: Bucket): Promise<string> {
  const id = randomUUID()
  const shelf = join(bucket.directory, 'bytes', id.slice(0, 2))
  await mkdir(shelf, { recursive: true })
  return join(id.slice(0, 2), id)
}

export const pathOf = (bucket: Bucket, file: string): string => join(bucket.directory, 'bytes', file)
export const dropFile = (bucket: Bucket, file: string): Promise<void> =>
  unlink(pathOf(bucket, file)).catch(() => undefined)

/** Commits a new version on top; the one that it replaces (same version id) goes. */
export async function commitVersion(bucket: Bucket, version: Version): Promise<void> {
  await bucket.journal.append({ put: version })
  const replaced = place(bucket, version)
  if (replaced) await forget(bucket, replaced)
}

/** Commits a change of the lock of a version. */
export async function changeLock(
  bucket: Bucket,
  version: Version,
  lock: Partial<Pick<Version, 'retention' | 'legalHold'>>,
): Promise<void> {
  const changed = { ...version, ...lock }
  await bucket.journal.append({ put: changed })
  place(bucket, changed)
}

export async function removeVersion(bucket: Bucket, version: Version): Promise<void> {
  const versions = bucket.keys.get(version.key)!.filter((one) => one.sequence !== version.sequence)
  if (versions.length > 0) bucket.keys.set(version.key, versions)
  else bucket.keys.delete(version.key)
  await forget(bucket, version)
}

async function forget(bucket: Bucket, version: Version): Promise<void> {
  await bucket.journal.append({ removed: String(version.sequence) })
  if (version.file) await dropFile(bucket, version.file)
}

/** Puts a version in its place in memory and returns the other one that it replaces. */
function place(bucket: Bucket, version: Version): Version | undefined {
  const versions = bucket.keys.get(version.key) ?? []
  const present = versions.find((one) => one.versionId === version.versionId)
  const others = versions.filter((one) => one !== present)
  bucket.keys.set(
    version.key,
    [version, ...others].sort((a, b) => b.sequence - a.sequence),
  )
  return present && present.sequence !== version.sequence ? present : undefined
}

async function openBucket(store: Store, settings: BucketSettings): Promise<Bucket> {
  const directory = join(store.directory, settings.name)
  const live = new Map<number, Version>()
  let sequence = 0
  for (const line of await readJournal<Line>(join(directory, 'journal'))) {
    if ('put' in line) live.set(line.put.sequence, line.put)
    else live.delete(Number(line.removed))
    if ('put' in line) sequence = Math.max(sequence, line.put.sequence)
  }
  const lines = [...live.values()].map((put) => ({ put }))
  const journal = await openJournal<Line>(join(directory, 'journal'), lines, store.durable)
  const bucket: Bucket = { settings, directory, keys: new Map(), journal, sequence }
  for (const version of live.values()) {
    const replaced = place(bucket, version)
    if (replaced) await forget(bucket, replaced)
  }
  await dropOrphans(bucket)
  return bucket
}

/** Bytes that a crash left without a version. */
async function dropOrphans(bucket: Bucket): Promise<void> {
  const named = new Set([...bucket.keys.values()].flat().map((version) => version.file))
  const root = join(bucket.directory, 'bytes')
  for (const shelf of await readdir(root).catch(() => []))
    for (const name of await readdir(join(root, shelf)))
      if (!named.has(join(shelf, name))) await dropFile(bucket, join(shelf, name))
}

async function writeSettings(store: Store, settings: BucketSettings): Promise<void> {
  const file = join(store.directory, settings.name, 'bucket.json')
  await writeFile(`${file}.new`, JSON.stringify(settings))
  await rename(`${file}.new`, file)
}
