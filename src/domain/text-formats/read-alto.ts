import { Failure } from '../failure.ts'
import { Turn } from '../page.ts'
import { elementsIn, type Tag } from './elements.ts'
import type { Layout, PixelBox, Place, PlacedLine, PlacedWord, Standing } from './layout.ts'

/** A page as ALTO has it: all but the resolution of the scan, for which ALTO in pixels has no place. */
export type AltoPage = Omit<Layout, 'dpi'>

type Growing = {
  readonly page: Omit<AltoPage, 'blocks' | 'unread' | 'nothing'>
  readonly blocks: { readonly box: PixelBox; readonly lines: PlacedLine[]; readonly id?: string }[]
  readonly unread: Place[]
  readonly nothing: Place[]
  words: PlacedWord[]
}

/**
 * The pages of a file as `alto` writes it, each word at its place and as sure as it was, to the whole percent. Elements that it
 * does not write are passed over. @throws Failure words-unreadable
 */
export function readAlto(xml: string): AltoPage[] {
  const pages: Growing[] = []
  for (const tag of elementsIn(xml)) {
    if (tag.kind === 'closes') continue
    if (tag.name === 'Page') pages.push({ page: pageOf(tag), blocks: [], unread: [], nothing: [], words: [] })
    const page = pages.at(-1)
    if (page) take(tag, page)
  }
  return pages.map(({ page, blocks, unread, nothing }) => ({ ...page, blocks, unread, nothing }))
}

function take(tag: Tag, page: Growing): void {
  if (tag.name === 'TextBlock') page.blocks.push({ box: boxOf(tag), lines: [], ...idOf(tag) })
  if (tag.name === 'TextLine') {
    const [, left, , right] = numbersIn(said(tag, 'BASELINE'), 4)
    const words: PlacedWord[] = []
    const baseline = { left: left!, right: right! }
    within(page.blocks).lines.push({ words, box: boxOf(tag), baseline, ...idOf(tag), ...saidIn(tag) })
    page.words = words
  }
  if (tag.name === 'String') page.words.push(wordOf(tag))
  const type = tag.name === 'Illustration' && tag.attributes.get('TYPE')
  if (type === 'unread' || type === 'nothing')
    page[type].push({ ...boxOf(tag), ...idOf(tag), ...saidIn(tag) })
}

const within = <One>(some: readonly One[]): One => some.at(-1) ?? unreadable()

function pageOf(tag: Tag): Growing['page'] {
  const [width, height] = [numberOf(tag, 'WIDTH'), numberOf(tag, 'HEIGHT')]
  const turned = /(?:^| )turned_(\d+)(?: |$)/.exec(tag.attributes.get('PROCESSINGREFS') ?? '')?.[1]
  const turn = Turn.safeParse(Number(turned ?? 0))
  return turn.success ? { turn: turn.data, width, height } : unreadable()
}

const isDoubtful = (tag: Tag): boolean =>
  (tag.attributes.get('TAGREFS') ?? '').split(' ').includes('doubtful')

/** As we write them; anything else is none. */
function idOf({ attributes }: Tag): Standing {
  const id = attributes.get('ID')
  return id !== undefined && /^[a-z]+(?:_[a-z\d]+)+$/.test(id) ? { id } : {}
}

function saidIn({ attributes }: Tag): Standing {
  const number = /(?:^| )correction_(\d{1,9})(?: |$)/.exec(attributes.get('PROCESSINGREFS') ?? '')?.[1]
  return number === undefined ? {} : { said: Number(number) }
}

const wordOf = (tag: Tag): PlacedWord => ({
  text: said(tag, 'CONTENT'),
  box: boxOf(tag),
  confidence: Math.round(numberOf(tag, 'WC') * 100),
  ...(isDoubtful(tag) ? { doubtful: true } : {}),
})

function boxOf(tag: Tag): PixelBox {
  const [x0, y0] = [numberOf(tag, 'HPOS'), numberOf(tag, 'VPOS')]
  return { x0, y0, x1: x0 + numberOf(tag, 'WIDTH'), y1: y0 + numberOf(tag, 'HEIGHT') }
}

const said = ({ attributes }: Tag, name: string): string => attributes.get(name) ?? unreadable()
const numberOf = (tag: Tag, name: string): number => numbersIn(said(tag, name), 1)[0]!

const numeral = /^-?\d+(?:\.\d+)?$/

function numbersIn(text: string, count: number): number[] {
  const numerals = text.split(/[ ,]/)
  const areSo = numerals.length === count && numerals.every((one) => numeral.test(one))
  return areSo ? numerals.map(Number) : unreadable()
}

function unreadable(): never {
  throw new Failure('words-unreadable', { line: 0 })
}
