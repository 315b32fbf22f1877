import { type Dirent, constants, type Stats } from 'node:fs'
import { lstat, open, readdir } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { Failure } from '../../domain/failure.ts'

/** Follows no link; waits for nobody, as opening a pipe that took the file's place would. */
const plainly = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK
/** Bytes. */
const readAtOnce = 256 * 1024

/** What a folder holds: its name as text, and the bytes by which the file system knows it. */
export type Entry = {
  readonly name: string
  readonly path: Buffer
  readonly kind: 'file' | 'folder' | 'other'
  /** Is the name UTF-8? Otherwise the text is not the name, and cannot be used to open anything. */
  readonly isText: boolean
}

const slash = Buffer.from('/')
const utf8 = new TextDecoder('utf-8', { fatal: true })

/** The entries by name. Links are neither files nor folders: they are never followed. @throws Failure batch-not-a-folder */
export async function entriesOf(directory: string | Buffer): Promise<Entry[]> {
  const found = await readdir(directory, { withFileTypes: true, encoding: 'buffer' }).catch(
    (cause: unknown) => {
      throw new Failure('batch-not-a-folder', {}, { cause })
    },
  )
  const within = Buffer.concat([Buffer.isBuffer(directory) ? directory : Buffer.from(directory), slash])
  return found
    .map((entry) => entryOf(within, entry as unknown as Dirent<Buffer>))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}

function entryOf(within: Buffer, entry: Dirent<Buffer>): Entry {
  const kind = entry.isFile() ? 'file' : entry.isDirectory() ? 'folder' : 'other'
  const path = Buffer.concat([within, entry.name])
  try {
    return { name: utf8.decode(entry.name), path, kind, isText: true }
  } catch {
    return { name: entry.name.toString('utf8'), path, kind, isText: false }
  }
}

/** Name, size and time of every entry: equal texts mean that nothing was written in between. */
export async function snapshotOf(entries: readonly Entry[]): Promise<string> {
  const lines = entries.map(async ({ name, path }) => {
    const stats = await lstat(path).catch(() => undefined)
    return stats ? [name, stats.size, stats.mtimeMs, stats.ino].join('\t') : name
  })
  return (await Promise.all(lines)).join('\n')
}

/** Bytes of what stands there, a link not followed; 0 where nothing is. */
export const sizeOf = (path: Buffer): Promise<number> =>
  lstat(path).then(
    ({ size }) => size,
    () => 0,
  )

/**
 * A file as it is read. The stream fails with batch-changed-while-read when it cannot be opened any more, grew, or was
 * replaced under our eyes; with batch-entry-not-a-file when it is none.
 */
export const readPlainFile = (file: Buffer): Readable =>
  Readable.from(contentOf(file), { objectMode: false, highWaterMark: readAtOnce })

async function* contentOf(file: Buffer): AsyncGenerator<Buffer> {
  const handle = await open(file, plainly).catch((cause: unknown) => {
    throw new Failure('batch-changed-while-read', {}, { cause })
  })
  try {
    const before = await handle.stat()
    if (!before.isFile()) throw new Failure('batch-entry-not-a-file', { count: 1 })
    let bytes = 0
    for await (const chunk of handle.createReadStream({ autoClose: false, highWaterMark: readAtOnce })) {
      bytes += (chunk as Buffer).length
      // One that grows as fast as it is read would never end.
      if (bytes > before.size) throw new Failure('batch-changed-while-read')
      yield chunk as Buffer
    }
    if (!isSame(before, await handle.stat()) || bytes !== before.size)
      throw new Failure('batch-changed-while-read')
  } finally {
    await handle.close()
  }
}

const isSame = (a: Stats, b: Stats): boolean =>
  a.size === b.size && a.mtimeMs === b.mtimeMs && a.ino === b.ino
