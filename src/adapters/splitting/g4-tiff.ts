/** Short and long tags of TIFF 6.0, in the order that the format wants. */
type Tag = readonly [tag: number, type: 3 | 4, value: number]

/**
 * Puts one CCITT Group 4 (ITU-T T.6) stream into a TIFF 6.0 file of a single strip: no bit of it is touched.
 * `inverted`: what a fax calls black shows white (photometric interpretation 1).
 */
export function g4Tiff(
  strip: Buffer,
  image: { width: number; height: number; dpi: number; inverted: boolean },
): Buffer {
  const count = 12
  const directory = 8
  const resolution = directory + 2 + count * 12 + 4
  const start = resolution + 8
  const tags: Tag[] = [
    [256, 4, image.width],
    [257, 4, image.height],
    [258, 3, 1],
    [259, 3, 4],
    [262, 3, image.inverted ? 1 : 0],
    [273, 4, start],
    [277, 3, 1],
    [278, 4, image.height],
    [279, 4, strip.length],
    [282, 4, resolution],
    [283, 4, resolution],
    [296, 3, 2],
  ]
  const head = Buffer.alloc(start)
  head.write('II', 'latin1')
  head.writeUInt16LE(42, 2)
  head.writeUInt32LE(directory, 4)
  head.writeUInt16LE(count, directory)
  tags.forEach(([tag, type, value], index) => {
    const at = directory + 2 + index * 12
    head.writeUInt16LE(tag, at)
    head.writeUInt16LE(tag === 282 || tag === 283 ? 5 : type, at + 2)
    head.writeUInt32LE(1, at + 4)
    if (type === 3) head.writeUInt16LE(value, at + 8)
    else head.writeUInt32LE(value, at + 8)
  })
  head.writeUInt32LE(Math.round(image.dpi * 100), resolution)
  head.writeUInt32LE(100, resolution + 4)
  return Buffer.concat([head, strip])
}
