import { Failure } from '../../domain/failure.ts'
import type { Content } from './content.ts'

const mark = '%%EOF'
const atOnce = 65_536
/** Scanners and mailers may add a few bytes of anything, and any number of blank ones. */
const mostPadding = 4_096
const blank = new Set([0, 0x20, 0x0a, 0x0d])

/**
 * Where a PDF ends: at its last `%%EOF` (ISO 32000-1, 7.5.5).
 * @throws Failure file-truncated when there is none near its end
 */
export function endOf(content: Content): number {
  for (let to = content.bytes; to > 0; ) {
    const from = Math.max(0, to - atOnce)
    const part = content.read(from, to - from)
    const found = part.lastIndexOf(mark)
    const rest = part.subarray(found < 0 ? 0 : found + mark.length)
    const behind = content.bytes - from - (found < 0 ? 0 : found + mark.length)
    if (behind > mostPadding && rest.some((byte) => !blank.has(byte))) break
    if (found >= 0) return from + found
    if (from === 0) break
    to = from + mark.length - 1
  }
  throw new Failure('file-truncated')
}
