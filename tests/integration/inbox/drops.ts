import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { dropOf, fileOf, type Sheets } from '../stages/paper.ts'

/**
 * Drops a folder as a scanner does, whole, with its manifest. `spoil` puts in what does not belong there, before the
 * folder is done.
 */
export async function dropInto(
  directory: string,
  name: string,
  files: Readonly<Record<string, Sheets | Buffer>>,
  manifest: Readonly<Record<string, unknown>> = {},
  spoil: (place: string) => unknown = () => {},
): Promise<void> {
  const place = path.join(directory, name)
  await mkdir(place, { recursive: true })
  for (const [file, sheets] of Object.entries(files))
    await writeFile(path.join(place, file), Buffer.isBuffer(sheets) ? sheets : fileOf(sheets))
  await writeFile(path.join(place, 'batch.json'), dropOf(files, manifest).manifest)
  await spoil(place)
  if (!existsSync(path.join(place, '.done'))) await writeFile(path.join(place, '.done'), '')
}
