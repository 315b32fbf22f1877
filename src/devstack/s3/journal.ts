import { constants } from 'node:fs'
import { open, readFile, rename, writeFile } from 'node:fs/promises'

/**
 * An append-only file of JSON lines: the commit point of every change. A line that a crash cut short is not a change.
 */
export type Journal<Line> = { append(line: Line): Promise<void>; close(): Promise<void> }

export async function readJournal<Line>(file: string): Promise<Line[]> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return ''
    throw error
  })
  return text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Line)
}

/** Starts a journal from the lines that still matter, replacing the file atomically. */
export async function openJournal<Line>(
  file: string,
  lines: readonly Line[],
  durable: boolean,
): Promise<Journal<Line>> {
  await writeFile(`${file}.new`, lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
  await rename(`${file}.new`, file)
  const handle = await open(file, constants.O_WRONLY | constants.O_APPEND)
  let last: Promise<unknown> = Promise.resolve()
  let size = (await handle.stat()).size
  return {
    append(line) {
      const turn = last.then(async () => {
        const bytes = Buffer.from(`${JSON.stringify(line)}\n`)
        const { bytesWritten } = await handle.write(bytes)
        if (bytesWritten !== bytes.length) {
          // The disk is full: half a line would spoil the next one.
          await handle.truncate(size)
          throw new Error('the journal is full')
        }
        size += bytes.length
        if (durable) await handle.datasync()
      })
      last = turn.catch(() => undefined)
      return turn
    },
    async close() {
      await last
      await handle.close()
    },
  }
}
