import type { Places } from '../../envelope/places.ts'
import type { Ranges } from '../../ports.ts'

type Blocks = { read(from: number, to: number): Promise<Buffer>; forget(): void }

/** A staged content in any order: its sealed bytes are compared with those that were found right, then decrypted. */
export function contentRanges(places: Places, blocks: Blocks): Ranges {
  let isClosed = false
  return {
    bytes: places.bytes,
    async read(from, length) {
      const isPlace = Number.isSafeInteger(from) && Number.isSafeInteger(length) && from >= 0 && length >= 0
      if (!isPlace || isClosed) throw new RangeError(isClosed ? 'closed' : 'no place in a content')
      const to = Math.min(from + length, places.bytes)
      if (from >= to) return Buffer.alloc(0)
      const range = places.sealedRange(from, to)
      const sealed = await blocks.read(range.from, range.to)
      if (isClosed) throw new RangeError('closed')
      return places.decrypt(from, to, sealed)
    },
    async close() {
      isClosed = true
      places.forget()
      blocks.forget()
    },
  }
}
