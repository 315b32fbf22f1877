import type { Dirent, Stats } from 'node:fs'
import { lstat, open, readdir } from 'node:fs/promises'
import path from 'node:path'
import { constants } from 'node:fs'
import { Failure } from '../../domain/failure.ts'
import { MANIFEST_NAME } from '../../domain/manifest.ts'
import type { Drop, DroppedFile } from '../../ports.ts'

/** Says that the scanner has finished. */
export const doneMarker = '.done'

/** What operating systems leave in folders. */
const litter = new Set([doneMarker, '.DS_Store', 'Thumbs.db', 'desktop.ini'])

/**
 * Reads a batch folder: the manifest, and its files by name. Links and devices are never followed.
 *
 * @throws Failure batch-not-a-folder, manifest-missing, batch-entry-not-a-file
 */
export async function readDrop(directory: string): Promise<Drop> {
  const entries = await entriesOf(directory)
  const foreign = entries.filter((entry) => !entry.isFile())
  if (foreign.length > 0) throw new Failure('batch-entry-not-a-file', { count: foreign.length })
  if (!entries.some(({ name }) => name === MANIFEST_NAME)) throw new Failure('manifest-missing')
  const files = entries
    .filter(({ name }) => name !== MANIFEST_NAME)
    .map(({ name }): DroppedFile => ({ name, read: () => readPlainFile(path.join(directory, name)) }))
  return { manifest: (await readPlainFile(path.join(directory, MANIFEST_NAME))).toString(), files }
}

/** Name, size and time of every entry: equal texts mean that nothing was written in between. */
export async function snapshotOf(directory: string): Promise<string> {
  const entries = await entriesOf(directory)
  const lines = entries.map(async ({ name }) => {
    const stats = await lstat(path.join(directory, name)).catch(() => undefined)
    return stats ? [name, stats.size, stats.mtimeMs, stats.ino].join('\t') : name
  })
  return (await Promise.all(lines)).join('\n')
}

async function entriesOf(directory: string): Promise<Dirent[]> {
  const entries = await readdir(directory, { withFileTypes: true }).catch(() => {
    throw new Failure('batch-not-a-folder')
  })
  return entries.filter(({ name }) => !litter.has(name)).sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** @throws Failure batch-changed-while-read when the file grew, or was replaced, under our eyes */
async function readPlainFile(file: string): Promise<Buffer> {
  const handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW).catch((cause: unknown) => {
    throw new Failure('batch-changed-while-read', {}, { cause })
  })
  try {
    const before = await handle.stat()
    if (!before.isFile()) throw new Failure('batch-entry-not-a-file', { count: 1 })
    const content = await handle.readFile()
    const after = await handle.stat()
    if (!isSame(before, after) || content.length !== after.size) throw new Failure('batch-changed-while-read')
    return content
  } finally {
    await handle.close()
  }
}

const isSame = (a: Stats, b: Stats): boolean =>
  a.size === b.size && a.mtimeMs === b.mtimeMs && a.ino === b.ino
