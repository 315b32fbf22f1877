import { named } from './place-ids.ts'
import type { TextFormat } from './text-format.ts'

/**
 * The places that await a person, as JSON: lines with doubtful words, and what could not be read. Whoever adds a `text` to those
 * that they know has written a correction.
 */
export const doubts: TextFormat = {
  mediaType: 'application/json',
  opening: ({ title }) => `{"document":${JSON.stringify(title)},"words":[\n`,

  page(layout, number) {
    const { blocks, unread } = named(layout, number)
    const lines = blocks
      .flatMap((block) => block.lines)
      .filter(({ words }) => words.some(({ doubtful }) => doubtful))
    return [
      ...lines.map(({ id, box, words }) => ({
        ...{ page: number, place: id, is: 'doubtful', box: corners(box) },
        read: words.map(({ text }) => text).join(' '),
        doubts: words.filter(({ doubtful }) => doubtful).map(({ text }) => text),
      })),
      ...unread.map((place) => ({ page: number, place: place.id, is: 'unread', box: corners(place) })),
    ]
      .map((place) => JSON.stringify(place))
      .join(',\n')
  },

  between: ',\n',
  closing: '\n]}\n',
}

const corners = ({ x0, y0, x1, y1 }: Readonly<Record<'x0' | 'y0' | 'x1' | 'y1', number>>) => [x0, y0, x1, y1]
