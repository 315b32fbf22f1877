import type { FileKind } from '../../domain/file-kind.ts'
import { type Content, contentOf } from './content.ts'
import type { Limits } from './limits.ts'
import { samples } from './samples.ts'
import { createSplitter } from './splitter.ts'

/** Splitting as a function over plain words and bytes, for a process of its own. */
export async function* split(file: Content, { kind, ...limits }: Limits & { kind: FileKind }) {
  const never = new AbortController().signal
  for await (const { image, ...plain } of createSplitter(limits).split(file, kind, never))
    yield { plain, bytes: image }
}

const small: Limits = { maxPages: 1, maxPixels: 1_000_000, pageMegabytes: 1 }

/** Reads a file of each kind of ours. @throws when one does not come out as its page */
export async function prove() {
  for (const { kind, file } of await samples()) {
    let pages = 0
    for await (const { bytes } of split(contentOf(file), { kind, ...small })) if (bytes.length > 0) pages++
    if (pages !== 1) throw new Error(`a ${kind} of ours cannot be read`)
  }
  return { plain: true }
}
