import { cp, readdir, readFile, rename, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { fixtures } from './fixtures.ts'

export type Expectation = {
  readonly state: string
  readonly reason: string | null
  readonly files: readonly { readonly state: string; readonly reason: string | null }[]
  readonly documents: readonly { readonly state: string; readonly reason: string | null }[]
}

export type DroppedBatch = { readonly name: string; readonly box: string; readonly expected: Expectation }

/** Drops every sample batch into the hot folder as a scanner would: written aside, marked done, then moved in whole. */
export async function dropBatches(inbox: string): Promise<DroppedBatch[]> {
  const folder = path.join(fixtures, 'batches')
  const expected = JSON.parse(await readFile(path.join(fixtures, 'expected.json'), 'utf8')) as Record<
    string,
    Expectation
  >
  const dropped: DroppedBatch[] = []
  for (const name of (await readdir(folder)).sort()) {
    const aside = path.join(inbox, `.${name}`)
    await cp(path.join(folder, name), aside, { recursive: true })
    await writeFile(path.join(aside, '.done'), '')
    await rename(aside, path.join(inbox, name))
    const { box } = JSON.parse(await readFile(path.join(folder, name, 'batch.json'), 'utf8')) as {
      box: string
    }
    dropped.push({ name, box, expected: expected[name]! })
  }
  return dropped
}
