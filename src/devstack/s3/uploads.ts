import { randomBytes } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Received } from './body.ts'
import type { ChecksumName } from './checksums.ts'
import type { Wishes } from './objects.ts'
import { Refusal } from './refusal.ts'
import type { Bucket, Version } from './store.ts'

/** A multipart upload under way, on disk, so that it outlives a restart. */
export type Upload = {
  readonly id: string
  readonly key: string
  readonly startedAt: string
  readonly wishes: Wishes
  readonly algorithm?: ChecksumName | undefined
  readonly checksumType: Version['checksumType']
}

export type Part = Received & { readonly number: number; readonly file: string; readonly modified: string }

const shelf = (bucket: Bucket, id: string): string => join(bucket.directory, 'uploads', id)

async function writeAside(file: string, content: unknown): Promise<void> {
  await writeFile(`${file}.new`, JSON.stringify(content))
  await rename(`${file}.new`, file)
}

export async function startUpload(bucket: Bucket, upload: Omit<Upload, 'id'>): Promise<Upload> {
  const id = randomBytes(16).toString('hex')
  await mkdir(shelf(bucket, id), { recursive: true })
  await writeAside(join(shelf(bucket, id), 'upload.json'), { ...upload, id })
  return { ...upload, id }
}

/** @throws Refusal NoSuchUpload */
export async function findUpload(bucket: Bucket, id: string, key: string): Promise<Upload> {
  const known = /^[0-9a-f]{32}$/.test(id)
  const text = known && (await readFile(join(shelf(bucket, id), 'upload.json'), 'utf8').catch(() => ''))
  const upload = text ? (JSON.parse(text) as Upload) : undefined
  if (upload?.key !== key) throw new Refusal('NoSuchUpload')
  return upload
}

export async function listUploads(bucket: Bucket): Promise<Upload[]> {
  const ids = await readdir(join(bucket.directory, 'uploads')).catch(() => [])
  const texts = ids.map((id) => readFile(join(shelf(bucket, id), 'upload.json'), 'utf8').catch(() => ''))
  return (await Promise.all(texts)).filter(Boolean).map((text) => JSON.parse(text) as Upload)
}

/** A part sent twice is the later one. */
export const newPartFile = (number: number): string => `${number}-${randomBytes(8).toString('hex')}`
export const partPath = (bucket: Bucket, upload: Upload, file: string): string =>
  join(shelf(bucket, upload.id), file)
export const savePart = (bucket: Bucket, upload: Upload, part: Part): Promise<void> =>
  writeAside(join(shelf(bucket, upload.id), `${part.number}.json`), part)

export async function partsOf(bucket: Bucket, upload: Upload): Promise<Map<number, Part>> {
  const names = (await readdir(shelf(bucket, upload.id))).filter((name) => /^\d+\.json$/.test(name))
  const texts = await Promise.all(names.map((name) => readFile(join(shelf(bucket, upload.id), name), 'utf8')))
  const parts = texts.map((text) => JSON.parse(text) as Part).sort((a, b) => a.number - b.number)
  return new Map(parts.map((part) => [part.number, part]))
}

export const dropUpload = (bucket: Bucket, upload: Upload): Promise<void> =>
  rm(shelf(bucket, upload.id), { recursive: true, force: true })
