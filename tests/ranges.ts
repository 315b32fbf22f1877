import type { Ranges } from '../src/ports.ts'

/** A content in memory, read like one that is not. */
export const rangesOf = (content: Buffer): Ranges => ({
  bytes: content.length,
  read: async (from, length) => content.subarray(from, from + length),
  close: async () => undefined,
})
