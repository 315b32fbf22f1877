import { type FileHandle, open } from 'node:fs/promises'
import sharp from 'sharp'
import { seeded } from '../../../fixtures/generator/random.ts'
import { contentOf } from '../../../src/adapters/splitting/content.ts'
import { bytesOf, readTiff } from '../../../src/adapters/splitting/tiff-reader.ts'

/** Files of as many pages as wanted, written as they are made: some few pages, over and over, each in its own bytes. */
export const kinds = ['tiff', 'pdf', 'pdf-drawn'] as const
export type Kind = (typeof kinds)[number]

const [width, height] = [300, 424]
const distinct = 8

export async function writeScan(file: string, kind: Kind, pages: number, seed: string): Promise<number> {
  const out = await writing(await open(file, 'w'))
  try {
    if (kind === 'tiff') await writeTiff(out, pages, seed)
    else await writePdf(out, pages, seed, kind === 'pdf-drawn')
    return out.at
  } finally {
    await out.close()
  }
}

type Out = { readonly at: number; write(part: Uint8Array | string): Promise<void>; close(): Promise<void> }

/** What is written is gathered to a megabyte. */
async function writing(file: FileHandle): Promise<Out> {
  let waiting: Uint8Array[] = []
  let [at, held] = [0, 0]
  const flush = async (): Promise<void> => {
    await file.write(Buffer.concat(waiting))
    waiting = []
    held = 0
  }
  return {
    get at() {
      return at
    },
    async write(part) {
      const bytes = typeof part === 'string' ? Buffer.from(part, 'latin1') : part
      waiting.push(bytes)
      at += bytes.length
      held += bytes.length
      if (held > 1 << 20) await flush()
    },
    async close() {
      await flush()
      await file.close()
    },
  }
}

/** Paper as noisy as a scanner makes it at its worst: nothing compresses well. */
function noise(name: string): Buffer {
  const chance = seeded(name)
  return Buffer.from(Uint8Array.from({ length: width * height }, () => chance.whole(0, 255)))
}
const pictures = (seed: string): Buffer[] =>
  Array.from({ length: distinct }, (_, index) => noise(`${seed}${index}`))
const grey = (pixels: Buffer) =>
  sharp(pixels, { raw: { width, height, channels: 1 } })
    .toColourspace('b-w')
    .withDensity(150)

/** Pages by turns in Group 4 and in JPEG. */
async function writeTiff(out: Out, pages: number, seed: string): Promise<void> {
  const samples = await Promise.all(
    pictures(seed).map((pixels, index) =>
      index % 2 === 0
        ? grey(pixels).tiff({ compression: 'ccittfax4', bitdepth: 1, xres: 6, yres: 6 }).toBuffer()
        : grey(pixels).tiff({ compression: 'jpeg', quality: 95, xres: 6, yres: 6 }).toBuffer(),
    ),
  )
  const head = Buffer.alloc(8)
  head.write('II*\0', 'latin1')
  head.writeUInt32LE(8 + samples[0]!.length, 4)
  await out.write(head)
  for (let page = 0; page < pages; page++) {
    const sample = samples[page % distinct]!
    const next = samples[(page + 1) % distinct]!
    const base = out.at
    await out.write(sample)
    await out.write(
      directoryOf(sample, { base, at: out.at, next: page + 1 < pages ? next.length : undefined }),
    )
  }
}

/** The directory of a TIFF of one page that now lies at `base`; the next one stands `next` bytes behind this one. */
function directoryOf(
  sample: Buffer,
  { base, at, next }: { base: number; at: number; next: number | undefined },
): Buffer {
  const reader = readTiff(contentOf(sample))
  const { entries } = reader.directory(reader.first)
  const bytes = 2 + entries.length * 12 + 4
  const strips = entries.filter(({ tag, count }) => tag === 273 && count > 1)
  const outside = strips.reduce((sum, entry) => sum + bytesOf({ type: 4, count: entry.count }), 0)
  const directory = Buffer.alloc(bytes + outside)
  directory.writeUInt16LE(entries.length)
  let behind = bytes
  for (const [index, entry] of entries.entries()) {
    const place = 2 + index * 12
    const isStrips = entry.tag === 273
    directory.writeUInt16LE(entry.tag, place)
    directory.writeUInt16LE(isStrips ? 4 : entry.type, place + 2)
    directory.writeUInt32LE(entry.count, place + 4)
    if (isStrips) {
      const from = reader.numbers(entry).map((start) => start + base)
      if (from.length > 1) directory.writeUInt32LE(at + behind, place + 8)
      for (const [strip, start] of from.entries())
        directory.writeUInt32LE(start, from.length > 1 ? behind + strip * 4 : place + 8)
      if (from.length > 1) behind += from.length * 4
    } else if (entry.isInline) sample.copy(directory, place + 8, entry.place, entry.place + 4)
    else directory.writeUInt32LE(entry.place + base, place + 8)
  }
  directory.writeUInt32LE(next === undefined ? 0 : at + directory.length + next, bytes - 4)
  return directory
}

/** Each page an image of its own; `drawn`: with a mark over it, so that it must be rendered. */
async function writePdf(out: Out, pages: number, seed: string, drawn: boolean): Promise<void> {
  const images = await Promise.all(
    pictures(seed).map((pixels) => grey(pixels).jpeg({ quality: 95 }).toBuffer()),
  )
  const places: number[] = []
  const put = async (number: number, dict: string, stream?: Uint8Array | string): Promise<void> => {
    places[number] = out.at
    await out.write(`${number} 0 obj\n<< ${dict}${stream ? ` /Length ${stream.length}` : ''} >>\n`)
    if (stream) {
      await out.write('stream\n')
      await out.write(stream)
      await out.write('\nendstream\n')
    }
    await out.write('endobj\n')
  }
  await out.write('%PDF-1.7\n')
  await put(1, '/Type /Catalog /Pages 2 0 R')
  // Rendered at 300 dpi, so that a small page is enough.
  const [across, down] = drawn ? [48, 67.84] : [144, 203.52]
  const content = `q ${across} 0 0 ${down} 0 0 cm /Im0 Do Q${drawn ? ' 9 9 9 9 re f' : ''}`
  const shape = `/Width ${width} /Height ${height} /BitsPerComponent 8 /ColorSpace /DeviceGray`
  for (let page = 0; page < pages; page++) {
    const number = 3 + page * 3
    const resources = `<< /XObject << /Im0 ${number + 2} 0 R >> >>`
    await put(
      number,
      `/Type /Page /Parent 2 0 R /MediaBox [0 0 ${across} ${down}] /Contents ${number + 1} 0 R /Resources ${resources}`,
    )
    await put(number + 1, '', content)
    await put(
      number + 2,
      `/Type /XObject /Subtype /Image ${shape} /Filter /DCTDecode`,
      images[page % distinct],
    )
  }
  const kids = Array.from({ length: pages }, (_, page) => `${3 + page * 3} 0 R`).join(' ')
  await put(2, `/Type /Pages /Kids [${kids}] /Count ${pages}`)
  const start = out.at
  await out.write(`xref\n0 ${places.length}\n0000000000 65535 f \n`)
  for (const place of places.slice(1)) await out.write(`${String(place).padStart(10, '0')} 00000 n \n`)
  await out.write(`trailer\n<< /Size ${places.length} /Root 1 0 R >>\nstartxref\n${start}\n%%EOF\n`)
}
