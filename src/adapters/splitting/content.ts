import { Failure } from '../../domain/failure.ts'
import type { Limits } from './limits.ts'

/**
 * A file, parts of which are read where they are needed: it may be larger than memory. What is read must not be written
 * to, and is shorter than asked for where the file ends.
 */
export type Content = {
  readonly bytes: number
  read(from: number, length: number): Buffer
}

/** A file that is in memory. */
export const contentOf = (file: Buffer): Content => ({
  bytes: file.length,
  read: (from, length) => file.subarray(from, from + length),
})

/**
 * Exactly those bytes of one page's image.
 * @throws Failure file-truncated where the file ends before · file-too-large when they are more than a page may have
 */
export function pagePart(content: Content, from: number, length: number, limits: Limits): Buffer {
  if (length > limits.pageMegabytes * 2 ** 20)
    throw new Failure('file-too-large', { limit: limits.pageMegabytes })
  const part = content.read(from, length)
  if (part.length < length) throw new Failure('file-truncated')
  return part
}
