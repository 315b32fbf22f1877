import { createHash, type Hash } from 'node:crypto'
import { pipeline, type Readable, Transform } from 'node:stream'

type Digest = 'sha256' | 'sha512'
/** Size in bytes, digests in hex, and the first `keepHead` bytes. */
export type Measures<Name extends Digest> = { readonly bytes: number; readonly head: Buffer } & Readonly<
  Record<Name, string>
>
type Measuring<Name extends Digest> = {
  /** Passes bytes on as they are. */
  readonly through: Transform
  /** What has passed: known once all of it has, else it throws. */
  measures(): Measures<Name>
}

/** Measures a stream as it passes. */
export function measuring<Name extends Digest>(
  { keepHead = 0 }: { keepHead?: number },
  ...names: readonly Name[]
): Measuring<Name> {
  const hashes = names.map((name): [Name, Hash] => [name, createHash(name)])
  let bytes = 0
  let head: Buffer = Buffer.alloc(0)
  let measures: Measures<Name> | undefined
  const through = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      if (head.length < keepHead) head = Buffer.concat([head, chunk.subarray(0, keepHead - head.length)])
      bytes += chunk.length
      for (const [, hash] of hashes) hash.update(chunk)
      done(null, chunk)
    },
    flush(done) {
      const digests = Object.fromEntries(hashes.map(([name, hash]) => [name, hash.digest('hex')]))
      measures = { bytes, head, ...(digests as Record<Name, string>) }
      done()
    },
  })
  return {
    through,
    measures() {
      if (!measures) throw new RangeError('not all of it has passed yet')
      return measures
    },
  }
}

/** Passes bytes on as they are; once all have passed, ends with the failure that `verdict` returns, if it does. */
export const atEnd = (verdict: () => Error | null): Transform =>
  new Transform({
    transform: (chunk, _encoding, done) => done(null, chunk),
    flush: (done) => done(verdict()),
  })

/** Leads a stream through steps; whatever fails, or is given up, ends all of them, and the last one with the reason. */
export function led(source: Readable, ...steps: readonly Transform[]): Readable {
  pipeline([source, ...steps], () => {})
  return steps.at(-1) ?? source
}

/** Reads a stream to its end and keeps nothing of it. @throws what it fails with */
export async function passed(stream: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of stream);
}
