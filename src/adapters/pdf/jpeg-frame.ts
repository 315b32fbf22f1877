/** What a JPEG's frame header says (ITU-T T.81, B.2.2). */
export type JpegFrame = {
  /** 0 baseline, 1 extended, 2 progressive; others are lossless, hierarchical or arithmetic. */
  readonly coding: number
  readonly bits: number
  readonly width: number
  readonly height: number
  readonly components: number
}

/** Code tables and an extension share the numbers of frames. */
const notFrames = new Set([0xc4, 0xc8, 0xcc])
const startOfScan = 0xda

/** Finds the frame header without decoding anything; undefined when the bytes are no JPEG, or it lies behind a scan. */
export function jpegFrame(jpeg: Buffer): JpegFrame | undefined {
  if (jpeg.length < 4 || jpeg.readUInt16BE(0) !== 0xffd8) return undefined
  for (let at = 2; at + 10 <= jpeg.length; ) {
    const marker = jpeg[at + 1]!
    if (jpeg[at] !== 0xff || marker === startOfScan) return undefined
    if (marker === 0xff) at++
    else if (marker >= 0xc0 && marker <= 0xcf && !notFrames.has(marker)) return frameAt(jpeg, at)
    else at += 2 + jpeg.readUInt16BE(at + 2)
  }
  return undefined
}

const frameAt = (jpeg: Buffer, at: number): JpegFrame => ({
  coding: jpeg[at + 1]! - 0xc0,
  bits: jpeg[at + 4]!,
  height: jpeg.readUInt16BE(at + 5),
  width: jpeg.readUInt16BE(at + 7),
  components: jpeg[at + 9]!,
})
