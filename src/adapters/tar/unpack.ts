import { pipeline } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { createGunzip } from 'node:zlib'
import { extract } from 'tar-stream'
import type { PageUnpacker } from '../../ports.ts'

/** Reads a compressed tar of ours, one content in memory at a time. */
export const unpackPages: PageUnpacker = async function* (packed) {
  const entries = extract()
  // What fails ends the entries, and is heard there.
  pipeline(packed, createGunzip(), entries, () => {})
  for await (const entry of entries) yield { name: entry.header.name, content: await buffer(entry) }
}
