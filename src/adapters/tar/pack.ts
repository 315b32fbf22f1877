import { buffer } from 'node:stream/consumers'
import { pack } from 'tar-stream'
import type { PagePacker } from '../../ports.ts'

/** A tar whose bytes depend on names and contents alone: no time, no owner. */
export const packPages: PagePacker = async (entries) => {
  const archive = pack()
  const content = buffer(archive)
  for await (const { name, content: bytes } of entries) {
    await new Promise<void>((resolve, reject) => {
      const written = (error?: Error | null) => (error ? reject(error) : resolve())
      archive.entry({ name, mtime: new Date(0), mode: 0o644, uid: 0, gid: 0 }, bytes, written)
    })
  }
  archive.finalize()
  return content
}
