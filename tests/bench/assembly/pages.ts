import sharp from 'sharp'
import type { Line, Recognition } from '../../../src/domain/page.ts'

/** Numbers in [0, 1) that are the same at each run (Park and Miller, 1988). */
export function seeded(seed: number): () => number {
  let state = (seed % 2147483646) + 1
  return () => (state = (state * 48271) % 2147483647) / 2147483647
}

export const dpi = 200
const width = 1654
const height = 2339
const syllables =
  'ré vi si te mé di cal au dio gra mme bruit pos te ap ti tu de sa la rié exa men œil ê tre ça né où lé ger'.split(
    ' ',
  )

/** What a recogniser says of an A4 page at 200 dpi: about `words` words, French in its letters, a little askew. */
export function recognisedPage(random: () => number, words = 350): Recognition {
  const slope = (random() - 0.5) * 0.02
  const perLine = 10
  const lines = Array.from({ length: Math.ceil(words / perLine) }, (_, index): Line => {
    const y = 160 + index * 56
    let x = 133
    const said = Array.from({ length: perLine }, () => {
      const text = wordOf(random)
      const [x0, x1] = [x, x + text.length * 15]
      x = x1 + 9
      const fall = ((x0 + x1) / 2) * slope
      return { text, confidence: 60 + random() * 40, box: { x0, x1, y0: y + fall - 24, y1: y + fall + 6 } }
    })
    const box = { x0: 133, x1: x - 9, y0: said[0]!.box.y0, y1: said.at(-1)!.box.y1 }
    return { words: said, box, baseline: y + ((box.x0 + box.x1) / 2) * slope }
  })
  return { turn: 0, width, height, confidence: 90, engine: 'bench', lines }
}

function wordOf(random: () => number): string {
  const kind = random()
  if (kind < 0.08) return String(Math.floor(random() * 1e5))
  if (kind < 0.14) return `${Math.floor(random() * 28) + 1}/${Math.floor(random() * 12) + 1}/2024,`
  const word = Array.from(
    { length: 1 + Math.floor(random() * 4) },
    () => syllables[Math.floor(random() * syllables.length)]!,
  ).join('')
  return kind < 0.2 ? `${word[0]!.toUpperCase()}${word.slice(1)}.` : word
}

/** The page as a scanner keeps it in grey: its words on paper with a grain, as JPEG. */
export async function scannedPage({ lines }: Recognition, random: () => number): Promise<Buffer> {
  const text = lines
    .flatMap(({ words, baseline }) =>
      words.map(
        ({ text: word, box }) =>
          `<text x="${box.x0}" y="${baseline}" textLength="${box.x1 - box.x0}">${word}</text>`,
      ),
    )
    .join('')
  const grain = Buffer.from(Uint8Array.from({ length: 414 * 585 }, () => 240 + random() * 4))
  const paper = sharp(grain, { raw: { width: 414, height: 585, channels: 1 } }).resize(width, height, {
    kernel: 'cubic',
  })
  const ink = Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><g font-family="DejaVu Sans" font-size="31" fill="#222">${text}</g></svg>`,
  )
  return sharp(await paper.png().toBuffer())
    .composite([{ input: ink }])
    .toColourspace('b-w')
    .jpeg({ quality: 42 })
    .toBuffer()
}
