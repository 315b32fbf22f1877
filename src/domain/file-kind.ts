/** Kinds of files that a scanner hands over. */
export type FileKind = 'pdf' | 'tiff' | 'jpeg' | 'png'

/** How far into a file a PDF header may stand (ISO 32000-1 annex H, note 13: the first 1,024 bytes). */
export const headBytes = 1024

const starts = (head: Buffer, ...bytes: number[]): boolean =>
  head.subarray(0, bytes.length).equals(Buffer.from(bytes))

/**
 * Recognises a file by its content, whatever its name says. `head` is its first `headBytes` bytes, or all of it;
 * undefined when it is none of the four kinds.
 */
export function fileKindOf(head: Buffer): FileKind | undefined {
  if (starts(head, 0xff, 0xd8, 0xff)) return 'jpeg'
  if (starts(head, 0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)) return 'png'
  if (isTiff(head)) return 'tiff'
  if (isProgram(head)) return undefined
  if (head.subarray(0, headBytes).includes('%PDF-')) return 'pdf'
  return undefined
}

/** TIFF 6.0 (42) and BigTIFF (43), in either byte order. */
function isTiff(head: Buffer): boolean {
  if (head.length < 8) return false
  if (starts(head, 0x49, 0x49)) return [42, 43].includes(head.readUInt16LE(2))
  if (starts(head, 0x4d, 0x4d)) return [42, 43].includes(head.readUInt16BE(2))
  return false
}

/** A program or an archive that hides a PDF header behind its own is what it says first. */
function isProgram(head: Buffer): boolean {
  return (
    starts(head, 0x4d, 0x5a) || starts(head, 0x7f, 0x45, 0x4c, 0x46) || starts(head, 0x50, 0x4b, 0x03, 0x04)
  )
}
