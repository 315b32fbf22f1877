import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, rm } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { fileKindOf } from '../../../src/domain/file-kind.ts'
import { textOf, type PageFacts, type Recognition } from '../../../src/domain/page.ts'
import { rangesOf } from '../../ranges.ts'
import type { Corpus, CorpusPage } from './corpus.ts'
import { openReadingRoom } from './house.ts'
import { type Step, steps } from './meter.ts'
import type { Answer, Question, StagedPage } from './questions.ts'

export type OurRun = {
  readonly workers: number
  /** On the wall, from starting the workers to the last PDF. */
  readonly seconds: number
  /** Seconds of processor time, of all workers and of what they confine. */
  readonly cpu: Readonly<Record<Step, number>>
  /** Of one worker with what it confines, the largest. */
  readonly peakMegabytes: number
  readonly texts: Readonly<Record<string, string>>
  /** Turn that was read, and whether the page was called blank. */
  readonly pages: Readonly<Record<string, { turn: number; blank: boolean; confidence: number }>>
  readonly documents: readonly { file: string; pages: readonly string[]; bytes: number }[]
}

type Read = {
  readonly page: CorpusPage
  readonly image: StagedPage
  facts?: PageFacts
  recognition?: Recognition
}

/** Pages of a document: about what a paper file has. */
const pagesEach = 4
const workerFile = fileURLToPath(new URL('./worker.ts', import.meta.url))

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
    const documents: OurRun['documents'][number][] = []
    const orders = ordersOf(pages, folder, documents, say)
    await Promise.all(
      crew.map(async (worker) => {
        for (let order = orders.next(); order; order = orders.next()) await order(worker)
      }),
    )
    const seconds = (performance.now() - begun) / 1000
    const accounts = await Promise.all(crew.map((worker) => worker.account()))
    // Whether they are blank is another question: it is no part of what is timed.
    for (const one of sparse) Object.assign(one, await crew[0]!.page(one.image, true))
    return {
      ...{ workers, seconds, documents },
      cpu: Object.fromEntries(
        steps.map((step) => [step, accounts.reduce((sum, { cpu }) => sum + cpu[step], 0)]),
      ) as OurRun['cpu'],
      peakMegabytes: Math.max(...accounts.map(({ peakMegabytes }) => peakMegabytes)),
      texts: Object.fromEntries(
        pages.map(({ page, recognition }) => [page.id, recognition ? textOf(recognition) : '']),
      ),
      pages: Object.fromEntries(
        [...pages, ...sparse].map(({ page, facts, recognition }) => [
          page.id,
          {
            turn: recognition?.turn ?? facts!.turn,
            blank: facts!.blank,
            confidence: recognition?.confidence ?? 0,
          },
        ]),
      ),
    }
  } finally {
    for (const worker of crew) worker.end()
  }
}

/** The page of each file, as the product stages it. */
async function staged(pages: readonly CorpusPage[]): Promise<Read[]> {
  const house = openReadingRoom()
  try {
    const read: Read[] = []
    for (const page of pages) {
      const kind = fileKindOf(page.bytes)!
      const { signal } = new AbortController()
      for await (const image of house.ports.splitter.split(rangesOf(page.bytes), kind, signal)) {
        read.push({ page, image })
        break
      }
    }
    return read
  } finally {
    await house.close()
  }
}

type Worker = Awaited<ReturnType<typeof startWorker>>

/** Pages one after the other; a document as soon as all its pages were read. */
function ordersOf(
  pages: Read[],
  folder: string,
  documents: OurRun['documents'][number][],
  say: (line: string) => void,
) {
  const ready: ((worker: Worker) => Promise<void>)[] = []
  let place = 0
  let finished = 0
  const left = new Map<number, number>()
  for (const index of pages.keys()) {
    const document = Math.floor(index / pagesEach)
    left.set(document, (left.get(document) ?? 0) + 1)
  }
  const assemble = (document: number) => async (worker: Worker) => {
    const own = pages.slice(document * pagesEach, (document + 1) * pagesEach)
    const file = path.join(folder, `${String(document + 1).padStart(3, '0')}.pdf`)
    const bytes = await worker.document(own, file)
    documents[document] = { file, bytes, pages: own.map(({ page }) => page.id) }
  }
  const read = (index: number) => async (worker: Worker) => {
    const one = pages[index]!
    Object.assign(one, await worker.page(one.image, false))
    say(`${++finished} of ${pages.length} pages read`)
    const document = Math.floor(index / pagesEach)
    left.set(document, left.get(document)! - 1)
    if (left.get(document) === 0) ready.push(assemble(document))
  }
  return { next: () => ready.shift() ?? (place < pages.length ? read(place++) : undefined) }
}

async function startWorker() {
  const child: ChildProcess = fork(workerFile, {
    serialization: 'advanced',
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const ended = once(child, 'exit').then(() => {
    throw new Error('a worker ended')
  })
  ended.catch(() => {})
  const next = async (): Promise<Answer> => {
    const said = Promise.withResolvers<Answer>()
    child.once('message', (answer) => said.resolve(answer as Answer))
    return Promise.race([said.promise, ended])
  }
  const ask = (question: Question): Promise<Answer> => {
    child.send(question)
    return next()
  }
  await next()
  return {
    async page(page: StagedPage, onlyExamined: boolean) {
      const { facts, recognition } = (await ask({ kind: 'page', page, onlyExamined })) as Extract<
        Answer,
        { kind: 'page' }
      >
      return { facts, recognition }
    },
    async document(read: readonly Read[], file: string): Promise<number> {
      const pages = read.map(({ image, facts, recognition }) => ({ image, facts: facts!, recognition }))
      return ((await ask({ kind: 'document', pages, file })) as Extract<Answer, { kind: 'document' }>).bytes
    },
    account: async () => (await ask({ kind: 'account' })) as Extract<Answer, { kind: 'account' }>,
    end: () => void child.kill(),
  }
}
