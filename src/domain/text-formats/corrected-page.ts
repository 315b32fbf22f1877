import { Failure } from '../failure.ts'
import { around, type Block, type PixelBox, type Place, type PlacedLine, type PlacedWord } from './layout.ts'
import type { AltoPage } from './read-alto.ts'

/** What stands at a place of a page, by a person's word; where the text is empty, nothing is to be read there. */
export type SaidWords = { readonly page: number; readonly place: string; readonly text: string }

/**
 * The page with what a person said: words of a line in the place of others, a line where nothing could be read, or a place where
 * nothing is to be read. Places keep their names, and all that was not spoken of is as it was.
 *
 * @param correction its number, from 1
 * @throws Failure correction-place-unknown
 */
export const correctedPage = (page: AltoPage, words: readonly SaidWords[], correction: number): AltoPage =>
  words.reduce((current, said) => withSaid(current, said, correction), page)

function withSaid(page: AltoPage, { page: number, place: id, text }: SaidWords, said: number): AltoPage {
  const line = page.blocks.flatMap(({ lines }) => lines).find((one) => one.id === id)
  if (line && text !== '')
    return withLines(page, (one) => (one === line ? [readAs(line, text, said)] : [one]))
  const place = line?.box ?? [...page.unread, ...page.nothing].find((one) => one.id === id)
  if (!place) throw new Failure('correction-place-unknown', { page: number, place: id })
  const { x0, y0, x1, y1 } = place
  const box = { x0, y0, x1, y1 }
  const emptied: AltoPage = {
    ...withLines(page, (one) => (one === line ? [] : [one])),
    unread: without(page.unread, id),
    nothing: without(page.nothing, id),
  }
  if (text === '') return { ...emptied, nothing: [...emptied.nothing, { ...box, id, said }] }
  const baseline = { left: box.y1, right: box.y1 }
  return inserted(emptied, readAs({ words: [], box, baseline, id }, text, said))
}

const without = (places: readonly Place[], id: string) => places.filter((one) => one.id !== id)

/** Blocks keep their boxes; those of which no line is left go. */
const withLines = (page: AltoPage, change: (line: PlacedLine) => readonly PlacedLine[]): AltoPage => ({
  ...page,
  blocks: page.blocks.flatMap((block): Block[] => {
    const lines = block.lines.flatMap(change)
    return lines.length === 0 ? [] : [{ ...block, lines }]
  }),
})

/** After the last of the lines that are read before it, in their block; first of all where there is none. */
function inserted(page: AltoPage, line: PlacedLine): AltoPage {
  const before = page.blocks.flatMap(({ lines }) => lines).findLast((one) => isReadBefore(one.box, line.box))
  if (!before) {
    const block = { id: `block_${line.id}`, lines: [line], box: line.box }
    return { ...page, blocks: [block, ...page.blocks] }
  }
  return {
    ...page,
    blocks: page.blocks.map((block): Block => {
      const at = block.lines.indexOf(before) + 1
      if (at === 0) return block
      return { ...block, lines: block.lines.toSpliced(at, 0, line), box: around([block.box, line.box]) }
    }),
  }
}

/** To the left of it in its row, or above it in its column. */
function isReadBefore(one: PixelBox, other: PixelBox): boolean {
  const [height, otherHeight] = [one.y1 - one.y0, other.y1 - other.y0]
  const shared = Math.min(one.y1, other.y1) - Math.max(one.y0, other.y0)
  if (shared * 2 >= Math.min(height, otherHeight)) return one.x0 <= other.x0
  return one.y0 < other.y0 && one.x0 < other.x1 && other.x0 < one.x1
}

const readAs = (line: PlacedLine, text: string, said: number): PlacedLine => {
  const texts = text.split(' ')
  const boxes = boxesOf(texts, line)
  return {
    ...line,
    said,
    words: texts.map((one, index) => ({ text: one, confidence: 100, box: boxes[index]! })),
  }
}

/** Words that stay keep their boxes; the others have those of as many words, or share what is between by their letters. */
function boxesOf(texts: readonly string[], { words, box }: PlacedLine): readonly PixelBox[] {
  const first = sameAtFirst(texts, words)
  const last = sameAtFirst(texts.slice(first).toReversed(), words.slice(first).toReversed())
  const [others, replaced] = [
    texts.slice(first, texts.length - last),
    words.slice(first, words.length - last),
  ]
  const between =
    others.length === replaced.length
      ? replaced.map((word) => word.box)
      : shared(others, spaceOf(replaced, words[first - 1], words[words.length - last], box))
  return [
    ...words.slice(0, first).map((word) => word.box),
    ...between,
    ...words.slice(words.length - last).map((word) => word.box),
  ]
}

function sameAtFirst(texts: readonly string[], words: readonly PlacedWord[]): number {
  const differs = texts.findIndex((text, index) => text !== words[index]?.text)
  return differs === -1 ? texts.length : differs
}

function spaceOf(
  replaced: readonly PlacedWord[],
  before: PlacedWord | undefined,
  after: PlacedWord | undefined,
  line: PixelBox,
): PixelBox {
  if (replaced.length > 0) return around(replaced.map(({ box }) => box))
  const x0 = before?.box.x1 ?? line.x0
  return { ...line, x0, x1: Math.max(x0, after?.box.x0 ?? line.x1) }
}

function shared(texts: readonly string[], { x0, y0, x1, y1 }: PixelBox): readonly PixelBox[] {
  const letters = texts.map((text) => text.length)
  const all = letters.reduce((sum, count) => sum + count + 1, -1)
  const at = (letter: number) => x0 + Math.round(((x1 - x0) * letter) / all)
  let begun = 0
  return letters.map((count) => {
    const box = { x0: at(begun), y0, x1: at(begun + count), y1 }
    begun += count + 1
    return box
  })
}
