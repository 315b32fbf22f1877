/** One message between a process and the one it confines: plain words as JSON, and bytes as they are. */
export type Frame = { readonly head: unknown; readonly body: Buffer }

/** Two lengths, 32 bits each, big-endian: of the head and of the body. */
const prefixBytes = 8
const none = Buffer.alloc(0)

/** The chunks of one frame, the body uncopied. */
export function frameOf(head: unknown, body: Uint8Array = none): Uint8Array[] {
  const json = Buffer.from(JSON.stringify(head))
  const prefix = Buffer.alloc(prefixBytes)
  prefix.writeUInt32BE(json.length, 0)
  prefix.writeUInt32BE(body.length, 4)
  return body.length > 0 ? [prefix, json, body] : [prefix, json]
}

/**
 * Puts frames together from chunks as they come. A frame that announces more than is allowed is refused before any room
 * is made for it. @throws RangeError a frame too large · SyntaxError a head that is not JSON
 */
export function createFrameReader(
  longest: { readonly headBytes: number; readonly bodyBytes: number },
  heard: (frame: Frame) => void,
): (chunk: Buffer) => void {
  let part = fillOf(prefixBytes)
  let prefix: Buffer | undefined
  let head: Buffer | undefined

  /** Goes on to the next part each time that one is full; parts may be empty. */
  const turn = (): void => {
    while (part.missing === 0) {
      if (!prefix) {
        prefix = part.bytes
        const [headBytes, bodyBytes] = [prefix.readUInt32BE(0), prefix.readUInt32BE(4)]
        if (headBytes > longest.headBytes || bodyBytes > longest.bodyBytes)
          throw new RangeError('frame too large')
        part = fillOf(headBytes)
      } else if (!head) {
        head = part.bytes
        part = fillOf(prefix.readUInt32BE(4))
      } else {
        const frame = { head: JSON.parse(head.toString()) as unknown, body: part.bytes }
        part = fillOf(prefixBytes)
        prefix = undefined
        head = undefined
        heard(frame)
      }
    }
  }
  return (chunk) => {
    for (let from = 0; from < chunk.length; ) {
      from += part.take(chunk, from)
      turn()
    }
  }
}

function fillOf(length: number) {
  const bytes = Buffer.allocUnsafe(length)
  let filled = 0
  return {
    bytes,
    get missing() {
      return length - filled
    },
    take(chunk: Buffer, from: number): number {
      const taken = chunk.copy(bytes, filled, from)
      filled += taken
      return taken
    },
  }
}
