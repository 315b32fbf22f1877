import { once } from 'node:events'
import { Readable } from 'node:stream'
import { createGzip } from 'node:zlib'
import { type Pack, pack } from 'tar-stream'
import { led } from '../../envelope/measuring.ts'
import type { PackedEntry, PagePacker } from '../../ports.ts'

/** A tar whose bytes depend on names and contents alone: no time, no owner. Holds no more than what passes. */
export const packPages: PagePacker = (entries, { isCompressed = false } = {}) => {
  const archive = pack()
  writeAll(entries, archive).then(
    () => archive.finalize(),
    (error: Error) => archive.destroy(error),
  )
  const packed = Readable.from(archive as AsyncIterable<Buffer>, { objectMode: false })
  return isCompressed ? led(packed, createGzip()) : packed
}
async function writeAll(entries: AsyncIterable<PackedEntry>, archive: Pack): Promise<void> {
  for await (const entry of entries) await writeEntry(entry, archive)
}

async function writeEntry({ name, bytes, content }: PackedEntry, archive: Pack): Promise<void> {
  const written = Promise.withResolvers<void>()
  const header = { name, size: bytes, mtime: new Date(0), mode: 0o644, uid: 0, gid: 0 }
  const sink = archive.entry(header, (error) => (error ? written.reject(error) : written.resolve()))
  // Whoever gives the archive up ends the entry too, and what waits for it; all of it ends with the one failure.
  written.promise.catch(() => undefined)
  sink.on('error', () => undefined)
  for await (const chunk of await content())
    if (!sink.write(chunk)) await Promise.race([once(sink, 'drain'), written.promise])
  sink.end(undefined)
  await written.promise
}
