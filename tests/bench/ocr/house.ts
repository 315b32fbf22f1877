import { createHash } from 'node:crypto'
import { buffer } from 'node:stream/consumers'
import { pino } from 'pino'
import { compose } from '../../../src/compose.ts'
import { Settings } from '../../../src/settings/settings.ts'
import type { Staging } from '../../../src/ports.ts'

/** The product's own parts, as a worker that reads one page at a time has them. Nothing of it needs a server. */
export function openReadingRoom() {
  const nowhere = 'postgres://bench@127.0.0.1:1/bench'
  const bucket = { endpoint: 'http://127.0.0.1:1', bucket: 'bench', accessKeyId: 'x', secretAccessKey: 'x' }
  const settings = Settings.parse({
    production: false,
    database: { appUrl: nowhere, systemUrl: nowhere },
    queue: { backend: 'postgres', url: nowhere },
    keys: { master: 'none', ledger: 'none' },
    staging: bucket,
    archives: { bench: bucket },
    workers: { page: 1 },
  })
  return compose(settings, pino({ level: 'silent' }))
}

/** Staging without its storage and its encryption. */
export function memoryStaging(): Staging {
  const kept = new Map<string, Buffer>()
  let count = 0
  const not = (): never => {
    throw new Error('not for the benchmark')
  }
  return {
    async put(_batchId, content) {
      const bytes = Buffer.isBuffer(content) ? content : await buffer(content)
      const key = String(++count)
      kept.set(key, bytes)
      return { key, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') }
    },
    read: async (_batchId, { key }) => kept.get(key)!,
    async remove(_batchId, objects) {
      for (const { key } of objects) kept.delete(key)
      return objects.length
    },
    ...{ adopt: not, forget: not, stream: not, open: not, removeAllBut: not, destroy: not },
  }
}
