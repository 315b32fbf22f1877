const d50 = [0.9642, 1, 0.8249]
/** sRGB primaries adapted to D50 (IEC 61966-2-1, Bradford). */
const primaries = {
  rXYZ: [0.43607, 0.22249, 0.01392],
  gXYZ: [0.38515, 0.71687, 0.09708],
  bXYZ: [0.14307, 0.06061, 0.7141],
}
const copyright = 'No copyright, use freely'

/** An ICC profile of version 2.1 (the newest that PDF/A-1 allows) for sRGB, IEC 61966-2-1. */
export function srgbProfile(): Buffer {
  const tags: [string, Buffer][] = [
    ['desc', description('sRGB IEC61966-2-1')],
    ['cprt', Buffer.concat([type('text'), Buffer.from(`${copyright}\0`, 'latin1')])],
    ['wtpt', xyz(d50)],
    ...Object.entries(primaries).map(([name, value]): [string, Buffer] => [name, xyz(value)]),
    ...['rTRC', 'gTRC', 'bTRC'].map((name): [string, Buffer] => [name, curve]),
  ]
  const table = 128 + 4 + tags.length * 12
  const places = new Map<Buffer, number>()
  const body: Buffer[] = []
  let end = table
  for (const [, content] of tags) {
    if (places.has(content)) continue
    places.set(content, end)
    const padded = Buffer.concat([content, Buffer.alloc(-content.length & 3)])
    body.push(padded)
    end += padded.length
  }
  const directory = tags.map(([name, content]) =>
    Buffer.concat([Buffer.from(name), be32(places.get(content)!), be32(content.length)]),
  )
  return Buffer.concat([header(end), be32(tags.length), ...directory, ...body])
}

/** ICC.1:2001-04, 6.1: a display profile from RGB to XYZ, dated so that it never changes. */
function header(size: number): Buffer {
  const bytes = Buffer.alloc(128)
  bytes.writeUInt32BE(size, 0)
  bytes.writeUInt32BE(0x02100000, 8)
  bytes.write('mntrRGB XYZ ', 12, 'latin1')
  ;[2024, 1, 1].forEach((part, index) => bytes.writeUInt16BE(part, 24 + index * 2))
  bytes.write('acsp', 36, 'latin1')
  d50.forEach((value, index) => bytes.writeInt32BE(fixed(value), 68 + index * 4))
  return bytes
}

/** 1,024 points of the sRGB curve, towards light. */
const curve = Buffer.concat([
  type('curv'),
  be32(1024),
  Buffer.concat(
    Array.from({ length: 1024 }, (_, index) => {
      const value = index / 1023
      const light = value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
      const bytes = Buffer.alloc(2)
      bytes.writeUInt16BE(Math.round(light * 65535))
      return bytes
    }),
  ),
])

const xyz = (value: readonly number[]): Buffer =>
  Buffer.concat([type('XYZ '), ...value.map((part) => be32(fixed(part)))])

function description(text: string): Buffer {
  const ascii = Buffer.from(`${text}\0`, 'latin1')
  return Buffer.concat([type('desc'), be32(ascii.length), ascii, Buffer.alloc(4 + 4 + 2 + 1 + 67)])
}

function type(signature: string): Buffer {
  return Buffer.concat([Buffer.from(signature, 'latin1'), Buffer.alloc(4)])
}

function be32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value >>> 0)
  return bytes
}

const fixed = (value: number): number => Math.round(value * 65536)
