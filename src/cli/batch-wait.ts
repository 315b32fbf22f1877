import { setTimeout as sleep } from 'node:timers/promises'
import type { BatchView, DocumentView, FileView } from '../compose.ts'
import { stoppedStates } from '../domain/document.ts'
import type { BatchId, OrganisationId } from '../domain/ids.ts'
import type { Desk } from './desk.ts'
import type { RescanView } from './rescan-words.ts'
import { percent } from './typography.ts'

const pollMs = 700
/** A process that was not heard of for so long does not work. */
const silenceMs = 30_000

export type Waited = {
  /** 0: everything that should be sealed is; 3: something was rejected or failed; 4: something is held; 130: interrupted. */
  readonly exit: number
  readonly view: BatchView
  readonly files: readonly FileView[]
  /** Those that have stopped. */
  readonly documents: readonly DocumentView[]
  readonly rescans: readonly RescanView[]
  readonly interrupted: boolean
}

/** Follows a batch until it is closed or rejected, or nothing more happens to it by itself. */
export async function waitForBatch(
  desk: Desk,
  organisationId: OrganisationId,
  batchId: BatchId,
): Promise<Waited> {
  const { signal } = desk
  const views = (await desk.house()).views()
  const progress = desk.progress(desk.say.batch.waiting)
  await noteIfNobodyWorks(desk)
  try {
    for (;;) {
      const isQuiet = (await views.progress(organisationId, batchId)).open === 0
      // Read after the orders: when none was open, this is how things stay.
      const view = (await views.batch(organisationId, batchId))!
      show(desk, progress, view, await views.progress(organisationId, batchId))
      const interrupted = signal.aborted
      if (isSettled(view) || isQuiet || interrupted) {
        const documents = await views.documents(organisationId, {
          batchId,
          states: stoppedStates,
          limit: 10_000,
        })
        const files = await views.files(organisationId, batchId)
        const rescans = await views.rescans(organisationId, { batchId })
        const exit = interrupted ? 130 : exitOf(view, files)
        return { exit, view, files, documents, rescans, interrupted }
      }
      await sleep(pollMs, undefined, { signal }).catch(() => {})
    }
  } finally {
    progress.end()
  }
}

const isSettled = ({ state, closedAt }: BatchView): boolean => closedAt !== null || state === 'held'

/** A refusal by the patient, and a file that was there before, are as they should be. */
export function exitOf(
  { state, documents }: Pick<BatchView, 'state' | 'documents'>,
  files: readonly Pick<FileView, 'state'>[],
): number {
  if (documents.failed || state === 'rejected') return 3
  if (state !== 'closed') return 4
  return documents.rejected || files.some((file) => file.state === 'rejected') ? 3 : 0
}

type Pages = { readonly pages: { split: number; examined: number; recognised: number } }

function show(
  desk: Desk,
  progress: ReturnType<Desk['progress']>,
  { expected, documents, counted, closedAt }: BatchView,
  { pages }: Pages,
): void {
  const { verified = 0, refused = 0, rejected = 0, held = 0, failed = 0 } = documents
  const over = verified + refused + rejected
  const total = Math.max(expected.documents, counted.documents)
  // A page is split, examined and read; a document is worth as much work again.
  const done = pages.split + pages.examined + pages.recognised + 3 * (over + held + failed)
  const all = 3 * Math.max(expected.pages, pages.split) + 3 * total
  const words = desk.say.batch.progress(over, total, held + failed)
  const sofar = closedAt ? all : Math.min(done, all - 1)
  progress.at(sofar, all, words, percent(Math.floor((100 * sofar) / all) / 100, desk.language))
}

async function noteIfNobodyWorks(desk: Desk): Promise<void> {
  const house = await desk.house()
  const since = house.clock.now().getTime() - silenceMs
  const alive = (await house.presence().list()).some(({ beatAt }) => beatAt.getTime() >= since)
  if (!alive) desk.note(`! ${desk.say.batch.nobodyWorks}`)
}
