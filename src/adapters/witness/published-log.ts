import { open } from 'node:fs/promises'
import path from 'node:path'
import { Failure } from '../../domain/failure.ts'
import { type Tile, tilePath, checkpointPath } from '../../ledger/tiles.ts'

const patienceMs = 30_000
/** 256 entries of 64 KiB each, and their lengths. */
const longest = 256 * 65_537

/**
 * A published log: the address that its tiles are under, or a folder. Where a partial tile is gone, the full one has its
 * hashes.
 * @throws Failure input-unreadable
 */
export function openPublishedLog(place: string) {
  const read = /^https?:\/\//.test(place)
    ? (name: string) => overHttp(place, name)
    : (name: string) => inFolder(place, name)
  return {
    checkpoint: () => read(checkpointPath),
    async tile(tile: Tile): Promise<Buffer> {
      try {
        return await read(tilePath(tile))
      } catch (error) {
        if (tile.width === 256 || tile.level === 'entries') throw error
        return (await read(tilePath({ ...tile, width: 256 }))).subarray(0, tile.width * 32)
      }
    },
  }
}

const unreadable = (reason: string, cause?: unknown): Failure =>
  new Failure('input-unreadable', { reason }, { cause })

async function inFolder(folder: string, name: string): Promise<Buffer> {
  const file = await open(path.join(folder, ...name.split('/'))).catch((cause: unknown) => {
    throw unreadable(((cause as NodeJS.ErrnoException).code ?? 'unknown').toLowerCase(), cause)
  })
  try {
    const { size } = await file.stat()
    if (size > longest) throw unreadable('too-long')
    return await file.readFile()
  } finally {
    await file.close()
  }
}

async function overHttp(prefix: string, name: string): Promise<Buffer> {
  const response = await fetch(`${prefix.replace(/\/$/, '')}/${name}`, {
    signal: AbortSignal.timeout(patienceMs),
  }).catch((cause: unknown) => {
    throw unreadable('no-answer', cause)
  })
  if (!response.ok) throw unreadable(`status-${response.status}`)
  return bodyOf(response)
}

/** Whoever publishes a log may send without end. */
async function bodyOf(response: Response): Promise<Buffer> {
  const parts: Uint8Array[] = []
  let bytes = 0
  try {
    for await (const part of (response.body ?? []) as AsyncIterable<Uint8Array>) {
      bytes += part.length
      if (bytes > longest) throw unreadable('too-long')
      parts.push(part)
    }
  } catch (cause) {
    throw cause instanceof Failure ? cause : unreadable('no-answer', cause)
  }
  return Buffer.concat(parts)
}
