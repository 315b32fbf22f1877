import type { Readable } from 'node:stream'
import { Failure } from '../../domain/failure.ts'
import { MANIFEST_NAME } from '../../domain/manifest.ts'
import type { Drop, DroppedFile } from '../../ports.ts'
import { entriesOf, type Entry, readPlainFile, sizeOf } from './entries.ts'

/** Says that the scanner has finished. */
export const doneMarker = '.done'

/** What operating systems leave in folders. Our own answers lie beside the folder: one of that name inside is theirs. */
const litter = new Set([doneMarker, '.DS_Store', 'Thumbs.db', 'desktop.ini'])

/** What was dropped on purpose. */
export const dropped = async (directory: string | Buffer): Promise<Entry[]> =>
  (await entriesOf(directory)).filter(({ name, kind }) => kind !== 'file' || !litter.has(name))

/** What may go with a folder of which nothing else is left. */
export const trifles: readonly string[] = [MANIFEST_NAME, ...litter]

/**
 * Reads a batch folder: the manifest, and its files by name. Links and devices are never followed.
 *
 * @throws Failure batch-not-a-folder, manifest-missing, batch-entry-not-a-file, file-name-not-utf8
 */
export async function readDrop(directory: string): Promise<Drop> {
  const entries = await dropped(directory)
  const foreign = entries.filter(({ kind }) => kind !== 'file').length
  if (foreign > 0) throw new Failure('batch-entry-not-a-file', { count: foreign })
  const unnamed = entries.filter(({ isText }) => !isText).length
  if (unnamed > 0) throw new Failure('file-name-not-utf8', { count: unnamed })
  const manifest = entries.find(({ name }) => name === MANIFEST_NAME)
  if (!manifest) throw new Failure('manifest-missing')
  return { manifest: await beginningOf(readPlainFile(manifest.path)), files: filesOf(entries) }
}

/** More bytes than any manifest may have: what is longer is refused, and need not be read for that. */
const enough = 100 * 2 ** 20

async function beginningOf(content: Readable): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of content) {
    chunks.push(chunk as Buffer)
    bytes += (chunk as Buffer).length
    if (bytes > enough) break
  }
  return Buffer.concat(chunks).toString()
}

/** The plain files among the entries, but for the manifest. */
export const filesOf = (entries: readonly Entry[]): DroppedFile[] =>
  entries
    .filter(({ name, kind, isText }) => kind === 'file' && isText && name !== MANIFEST_NAME)
    .map(({ name, path }) => ({ name, size: () => sizeOf(path), read: async () => readPlainFile(path) }))
