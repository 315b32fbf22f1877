const [startOfScan, application0, application14] = [0xda, 0xe0, 0xee]
/** Code tables and an extension share the numbers of frames. */
const notFrames = new Set([0xc4, 0xc8, 0xcc])

/** Adobe's segment (ITU-T T.872, 6.5.3): the three components are samples as they are, not to be turned into others. */
const asTheyAre = Buffer.of(0xff, application14, 0, 14, ...Buffer.from('Adobe'), 0, 100, 0, 0, 0, 0, 0)
const jfif = Buffer.from('JFIF\0')
const redGreenBlue = 'RGB'

/**
 * The same JPEG, said to be of three plain components: a decoder then gives luminance first, as it was coded, and leaves
 * out what it would cost to turn it and the two colour differences into red, green and blue. Undefined when the bytes are
 * no JPEG of luminance and two colour differences (ITU-T T.871), or say in another way what they are.
 */
export function luminanceFirst(jpeg: Buffer): Buffer | undefined {
  if (jpeg.length < 4 || jpeg.readUInt16BE(0) !== 0xffd8) return undefined
  const jfifs: number[] = []
  for (let at = 2; at + 4 <= jpeg.length; ) {
    const marker = jpeg[at + 1]!
    if (jpeg[at] !== 0xff || marker === startOfScan || marker === application14) return undefined
    if (marker === 0xff) at++
    else if (marker >= 0xc0 && marker <= 0xcf && !notFrames.has(marker))
      return isOfDifferences(jpeg, at, jfifs.length > 0) ? told(jpeg, jfifs) : undefined
    else {
      if (marker === application0 && jpeg.subarray(at + 4, at + 9).equals(jfif)) jfifs.push(at + 4)
      at += 2 + jpeg.readUInt16BE(at + 2)
    }
  }
  return undefined
}

/** Three components of eight bits; a file without JFIF's segment may name them red, green and blue. */
function isOfDifferences(jpeg: Buffer, frame: number, isJfif: boolean): boolean {
  if (frame + 19 > jpeg.length || jpeg[frame + 4] !== 8 || jpeg[frame + 9] !== 3) return false
  const names = String.fromCharCode(jpeg[frame + 10]!, jpeg[frame + 13]!, jpeg[frame + 16]!)
  return isJfif || names !== redGreenBlue
}

/** What JFIF's segment says of colours goes before what Adobe's says: it must not be seen. */
function told(jpeg: Buffer, jfifs: readonly number[]): Buffer {
  const told = Buffer.concat([jpeg.subarray(0, 2), asTheyAre, jpeg.subarray(2)])
  for (const at of jfifs) told[at + asTheyAre.length] = 0
  return told
}
