import type { FileKind } from '../../domain/file-kind.ts'
import type { Limits } from './limits.ts'
import { createSplitter } from './splitter.ts'

/** Splitting as a function over plain words and bytes, for a process of its own. */
export async function* split(file: Buffer, { kind, ...limits }: Limits & { kind: FileKind }) {
  const never = new AbortController().signal
  for await (const { image, ...plain } of createSplitter(limits).split(file, kind, never))
    yield { plain, bytes: image }
}
