import type { Block, Layout, Place, PlacedLine } from './layout.ts'

type Named<One> = Omit<One, 'id'> & { readonly id: string }
export type NamedLine = Named<PlacedLine>
export type NamedBlock = Named<Omit<Block, 'lines'>> & { readonly lines: readonly NamedLine[] }
export type NamedLayout = Omit<Layout, 'blocks' | 'unread' | 'nothing'> & {
  readonly blocks: readonly NamedBlock[]
  readonly unread: readonly Named<Place>[]
  readonly nothing: readonly Named<Place>[]
}

/**
 * The same page, all of its places with the names by which people speak of them: by their order when they are written first, and
 * the same ever after, whatever else on the page is corrected. Words are counted in their line.
 *
 * @param number of the page, from 1
 */
export const named = (page: Layout, number: number): NamedLayout => ({
  ...page,
  blocks: page.blocks.map((block, index) => namedBlock(block, `${number}_${index + 1}`)),
  unread: page.unread.map((place, index) => ({ ...place, id: place.id ?? `unread_${number}_${index + 1}` })),
  nothing: page.nothing.map((place, index) => ({
    ...place,
    id: place.id ?? `nothing_${number}_${index + 1}`,
  })),
})

const namedBlock = (block: Block, at: string): NamedBlock => ({
  ...block,
  id: block.id ?? `block_${at}`,
  lines: block.lines.map((line, index) => ({ ...line, id: line.id ?? `line_${at}_${index + 1}` })),
})

/** @param index from 0 */
export const wordId = ({ id }: NamedLine, index: number): string =>
  `word_${id.replace(/^line_/, '')}_${index + 1}`

/** A place that a person may speak of: a line, or what could not be read. Its first number is its page. */
export const placeId = /^(?:line_(?<line>\d{1,5})_\d{1,5}_\d{1,5}|unread_(?<unread>\d{1,5})_\d{1,5})$/
