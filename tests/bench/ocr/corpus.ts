import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { drawCorpus } from '../../../fixtures/generator/ocr/corpus.ts'
import { Turn } from '../../../src/domain/page.ts'

/** manifest.json of a corpus; docs/recognition.md says what each field means. */
const Manifest = z.object({
  version: z.literal(1),
  pages: z.array(
    z.object({
      id: z.string().regex(/^[\w.-]+$/),
      file: z.string().regex(/^[\w.-]+\.(jpe?g|tiff?|png)$/),
      kind: z.string(),
      degradation: z.string().default('unknown'),
      dpi: z.number().positive(),
      turn: Turn.default(0),
      blank: z.boolean().default(false),
      colour: z.enum(['bitonal', 'grey', 'colour']).optional(),
      asides: z.array(z.string()).default([]),
    }),
  ),
})
type Listed = z.infer<typeof Manifest>['pages'][number]

export type CorpusPage = Listed & { readonly bytes: Buffer; readonly truth: string }
export type Corpus = {
  /** Pages whose text is compared; they alone are timed. */
  readonly text: readonly CorpusPage[]
  /** Blank pages, and pages with next to nothing on them: only whether they are blank is asked. */
  readonly sparse: readonly CorpusPage[]
}

/** Pages with fewer letters than this say nothing about reading. */
const fewest = 40

/** `only`: these kinds; `most`: so many pages of text, spread evenly over the kinds, and a third as many blank ones. */
export type Choice = { readonly only?: readonly string[] | undefined; readonly most?: number | undefined }

/** The pages of a folder made by others: pages/, gt/ID.txt and manifest.json. */
export async function readCorpus(folder: string, choice: Choice): Promise<Corpus> {
  const manifest = Manifest.parse(JSON.parse(await readFile(path.join(folder, 'manifest.json'), 'utf8')))
  return readPages(folder, chosen(manifest.pages, choice))
}

/** Our own, drawn first where it is not there yet. */
export async function ownCorpus(
  place: { seed: string; cache: string },
  choice: Choice,
  say: (line: string) => void,
): Promise<Corpus> {
  const { folder, pages } = await drawCorpus(place, (plans) => chosen(plans, choice), say)
  return readPages(folder, Manifest.parse({ version: 1, pages }).pages)
}

async function readPages(folder: string, pages: readonly Listed[]): Promise<Corpus> {
  const read = await Promise.all(
    pages.map(async (page) => ({
      ...page,
      bytes: await readFile(path.join(folder, 'pages', page.file)),
      truth: page.blank ? '' : await readFile(path.join(folder, 'gt', `${page.id}.txt`), 'utf8'),
    })),
  )
  const hasText = ({ blank, truth }: CorpusPage): boolean => !blank && truth.trim().length >= fewest
  return { text: read.filter(hasText), sparse: read.filter((page) => !hasText(page)) }
}

const sparseKinds = ['blank', 'nearly-blank']

function chosen<Page extends { readonly kind: string }>(
  pages: readonly Page[],
  { only, most }: Choice,
): Page[] {
  const wanted = pages.filter(({ kind }) => !only || only.includes(kind))
  if (most === undefined) return wanted
  const isSparse = ({ kind }: Page): boolean => sparseKinds.includes(kind)
  return [
    ...spread(
      wanted.filter((page) => !isSparse(page)),
      most,
    ),
    ...spread(wanted.filter(isSparse), Math.ceil(most / 3)),
  ]
}

/**
 * One page of each kind, then a second of each, and so on; given back in the order of the corpus. Kinds begin at different
 * places, because the places of a kind are degraded alike.
 */
export function spread<Page extends { readonly kind: string }>(pages: readonly Page[], most: number): Page[] {
  if (pages.length <= most) return [...pages]
  const groups = Object.values(Object.groupBy(pages, ({ kind }) => kind)).map((group = [], place) =>
    group.map((_, index) => group[(index + place) % group.length]!),
  )
  const deepest = Math.max(...groups.map(({ length }) => length))
  const inTurn = Array.from({ length: deepest }, (_, depth) =>
    groups.flatMap((group) => group.slice(depth, depth + 1)),
  ).flat()
  const chosen = new Set(inTurn.slice(0, most))
  return pages.filter((page) => chosen.has(page))
}
