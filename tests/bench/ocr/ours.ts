import { mkdir, rm } from 'node:fs/promises'
import path from 'node:path'
import { fileKindOf } from '../../../src/domain/file-kind.ts'
import { type PageFacts, type Recognition, textOf, type Turn } from '../../../src/domain/page.ts'
import { rangesOf } from '../../ranges.ts'
import type { Corpus, CorpusPage } from './corpus.ts'
import { startWorker, type Worker } from './crew.ts'
import { openReadingRoom } from './house.ts'
import { type Step, steps } from './meter.ts'
import type { StagedPage } from './questions.ts'

export type OurRun = {
  readonly workers: number
  /** On the wall, from starting the workers to the last PDF. */
  readonly seconds: number
  /** Seconds of processor time, of all workers and of what they confine. */
  readonly cpu: Readonly<Record<Step, number>>
  /** Of one worker with what it confines, the largest. */
  readonly peakMegabytes: number
  readonly texts: Readonly<Record<string, string>>
  /** What failed, and why. */
  readonly failed: readonly string[]
  /** How each page was seen, and the turn in which it was read. */
  readonly pages: Readonly<Record<string, SeenPage>>
  readonly documents: readonly OurDocument[]
}

type OurDocument = { readonly file: string; readonly pages: readonly string[]; readonly bytes: number }

type SeenPage = { readonly facts: PageFacts; readonly turn: Turn; readonly confidence: number }
type Read = {
  readonly page: CorpusPage
  readonly image: StagedPage
  facts?: PageFacts
  recognition?: Recognition
}

/** Pages of a document: about what a paper file has. */
const pagesEach = 4

/** Reads the corpus as the product does, by so many worker processes, and writes its PDF files into `folder`. */
export async function readByUs(
  corpus: Corpus,
  workers: number,
  folder: string,
  say: (line: string) => void,
): Promise<OurRun> {
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  const pages = await staged(corpus.text)
  const sparse = await staged(corpus.sparse)
  const begun = performance.now()
  const crew = await Promise.all(Array.from({ length: workers }, startWorker))
  try {
    const documents: OurDocument[] = []
    const failed: string[] = []
    const orders = ordersOf(pages, folder, documents, say)
    const carryOut = async (order: Order, worker: Worker): Promise<void> =>
      order.work(worker).catch((error: unknown) => void failed.push(`${order.name}: ${String(error)}`))
    await Promise.all(
      crew.map(async (worker) => {
        for (let order = orders.next(); order; order = orders.next()) await carryOut(order, worker)
      }),
    )
    const seconds = (performance.now() - begun) / 1000
    const accounts = await Promise.all(crew.map((worker) => worker.ask({ kind: 'account' })))
    // Whether they are blank is another question: it is no part of what is timed.
    for (const one of sparse) await carryOut(reading(one, true), crew[0]!)
    return {
      ...{ workers, seconds, failed },
      documents: documents.toSorted((a, b) => a.file.localeCompare(b.file)),
      cpu: Object.fromEntries(
        steps.map((step) => [step, accounts.reduce((sum, { cpu }) => sum + cpu[step], 0)]),
      ) as OurRun['cpu'],
      peakMegabytes: Math.max(...accounts.map(({ peakMegabytes }) => peakMegabytes)),
      texts: Object.fromEntries(
        pages.map(({ page, recognition }) => [page.id, recognition ? textOf(recognition) : '']),
      ),
      pages: Object.fromEntries([...pages, ...sparse].flatMap(seenPage)),
    }
  } finally {
    for (const worker of crew) worker.end()
  }
}

function seenPage({ page, facts, recognition }: Read): [string, SeenPage][] {
  if (!facts) return []
  return [
    [page.id, { facts, turn: recognition?.turn ?? facts.turn, confidence: recognition?.confidence ?? 0 }],
  ]
}

/** The page of each file, as the product stages it. */
async function staged(pages: readonly CorpusPage[]): Promise<Read[]> {
  const house = openReadingRoom()
  try {
    const read: Read[] = []
    for (const page of pages) {
      const kind = fileKindOf(page.bytes)!
      const { signal } = new AbortController()
      // To its end: who stops before ends the process that splits, and the next page waits for another.
      let first: StagedPage | undefined
      for await (const image of house.ports.splitter.split(rangesOf(page.bytes), kind, signal))
        first ??= image
      read.push({ page, image: first! })
    }
    return read
  } finally {
    await house.close()
  }
}

type Order = { readonly name: string; work(worker: Worker): Promise<void> }

const reading = (one: Read, onlyExamined: boolean): Order => ({
  name: one.page.id,
  async work(worker) {
    const { facts, recognition } = await worker.ask({ kind: 'page', page: one.image, onlyExamined })
    Object.assign(one, { facts, recognition })
  },
})

/** Pages one after the other; a document as soon as all its pages were read. */
function ordersOf(pages: Read[], folder: string, documents: OurDocument[], say: (line: string) => void) {
  const ready: Order[] = []
  const bundles = Array.from({ length: Math.ceil(pages.length / pagesEach) }, (_, index) => {
    const own = pages.slice(index * pagesEach, (index + 1) * pagesEach)
    return { own, left: own.length, name: `${String(index + 1).padStart(3, '0')}.pdf` }
  })
  const assembling = ({ own, name }: (typeof bundles)[number]): Order => ({
    name,
    async work(worker) {
      const file = path.join(folder, name)
      const read = own.filter(({ facts }) => facts)
      const bundle = read.map(({ image, facts, recognition }) => ({ image, facts: facts!, recognition }))
      const { bytes } = await worker.ask({ kind: 'document', pages: bundle, file })
      documents.push({ file, bytes, pages: read.map(({ page }) => page.id) })
    },
  })
  let place = 0
  const readingNext = (): Order | undefined => {
    const one = pages[place]
    if (!one) return undefined
    const bundle = bundles[Math.floor(place++ / pagesEach)]!
    const order = reading(one, false)
    return {
      name: order.name,
      async work(worker) {
        try {
          await order.work(worker)
        } finally {
          bundle.left--
          say(`${place} of ${pages.length} pages`)
          if (bundle.left === 0) ready.push(assembling(bundle))
        }
      },
    }
  }
  return { next: () => ready.shift() ?? readingNext() }
}
