import { createHash } from 'node:crypto'
import { Transform } from 'node:stream'

/** Bytes that are compared, and fetched again, at once. */
const blockBytes = 1024 ** 2
/** Blocks held in memory for one reader. */
const heldBlocks = 8

/** Blocks of an object by number, from 0; each of `blockBytes`, but the last. */
type Fetch = (range: { from: number; length: number }) => Promise<Buffer>

/** Keeps a digest for each block of what passes. 32 bytes for each 1 MiB: of the largest object 2 MiB. */
export function digestingBlocks(): { through: Transform; digests(): readonly Buffer[] } {
  const digests: Buffer[] = []
  let hash = createHash('sha256')
  let hashed = 0
  const add = (bytes: Buffer) => {
    hash.update(bytes)
    hashed += bytes.length
    if (hashed < blockBytes) return
    digests.push(hash.digest())
    hash = createHash('sha256')
    hashed = 0
  }
  const through = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      for (let at = 0; at < chunk.length; ) {
        const taken = chunk.subarray(at, at + blockBytes - hashed)
        at += taken.length
        add(taken)
      }
      done(null, chunk)
    },
    flush(done) {
      if (hashed > 0) digests.push(hash.digest())
      done()
    },
  })
  return { through, digests: () => digests }
}

/**
 * An object read again by block, each compared with the digest that it had when the whole was found right. The blocks read
 * last are held. @throws what `damaged` makes where one differs, and what `fetch` throws
 */
export function checkedBlocks(digests: readonly Buffer[], fetch: Fetch, damaged: () => Error) {
  const held = new Map<number, Promise<Buffer>>()

  const load = async (index: number): Promise<Buffer> => {
    const block = await fetch({ from: index * blockBytes, length: blockBytes })
    if (!createHash('sha256').update(block).digest().equals(digests[index]!)) throw damaged()
    return block
  }
  const block = (index: number): Promise<Buffer> => {
    const found = held.get(index) ?? load(index)
    // Asked for last, dropped last.
    held.delete(index)
    held.set(index, found)
    found.catch(() => held.get(index) === found && held.delete(index))
    const [oldest] = held.keys()
    if (held.size > heldBlocks && oldest !== undefined) held.delete(oldest)
    return found
  }

  return {
    async read(from: number, to: number): Promise<Buffer> {
      const bytes = Buffer.allocUnsafe(to - from)
      for (let at = from; at < to; ) {
        const index = Math.floor(at / blockBytes)
        const start = at - index * blockBytes
        const taken = (await block(index)).subarray(start, start + to - at)
        taken.copy(bytes, at - from)
        at += taken.length
      }
      return bytes
    },
    forget: () => held.clear(),
  }
}
