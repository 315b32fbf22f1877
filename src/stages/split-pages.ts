import { z } from 'zod'
import type { BatchFile } from '../domain/batch.ts'
import { custodyEvent } from '../domain/custody.ts'
import { Failure } from '../domain/failure.ts'
import type { FailureCode } from '../domain/failures.ts'
import { derivedId, type FileId, type PageId } from '../domain/ids.ts'
import type { StagedImage } from '../domain/page.ts'
import type { PageImage, Staging } from '../ports.ts'
import type { Records } from '../records.ts'
import { composeWhenExamined } from './compose-documents.ts'
import { completed, defineStage, type StageContext } from './stage.ts'

/** Cuts one file into page images, each encrypted the moment it exists. */
export const splitPages = defineStage({
  name: 'split-pages',
  queue: 'page',
  input: z.object({ file: z.custom<BatchFile>() }),
  output: z.object({ file: z.custom<BatchFile>(), images: z.array(z.custom<StagedImage>()).min(1) }),
  needs: ['staging', 'splitter'],

  async load(subjectId, records) {
    const file = await records.files.find(subjectId as FileId)
    return file?.state === 'received' ? { file } : undefined
  },

  async run({ file }, { staging, splitter }, { signal }) {
    const content = await staging.open(file.batchId, file.staged)
    const images: StagedImage[] = []
    try {
      for await (const page of splitter.split(content, file.kind!, signal)) {
        signal.throwIfAborted()
        images.push(await stagedImage(page, file, staging))
      }
    } finally {
      await content.close()
    }
    return completed({ file, images }, [
      custodyEvent(
        'file-split',
        { batchId: file.batchId, fileId: file.id },
        { details: { pages: images.length, ...figuresOf(images) } },
      ),
    ])
  },

  async settle({ file, images }, records) {
    const { batchId } = file
    const pageIds = images.map((_, index) => derivedId<PageId>(file.id, index + 1))
    await records.pages.insert(images.map((image, index) => newPage(file, pageIds[index]!, index + 1, image)))
    await records.files.change(file.id, { state: 'split', pages: images.length })
    await records.orders.place({ batchId, queue: 'page', stage: 'examine-page', subjectId: pageIds })
  },

  hold: (subjectId, reason, facts, records, context) =>
    rejectFile(subjectId as FileId, new Failure(reason, facts), records, context),
  fail: (subjectId, failure, records, context) => rejectFile(subjectId as FileId, failure, records, context),
})

/** The image of a page, and the words that its file carries for it, each encrypted at once. */
async function stagedImage(
  { number: _, image, ownText, ...page }: PageImage,
  { batchId, id }: BatchFile,
  staging: Staging,
): Promise<StagedImage> {
  const staged = await staging.put(batchId, image, id)
  if (!ownText) return { ...staged, ...page }
  return { ...staged, ...page, ownText: await staging.put(batchId, Buffer.from(JSON.stringify(ownText)), id) }
}

/** How many pages are not as an ordinary scanner writes them; nothing is said where all are. */
function figuresOf(images: readonly StagedImage[]): Record<string, number> {
  const counts = {
    withOwnText: images.filter(({ ownText }) => ownText).length,
    dpiAssumed: images.filter(({ dpiIsAssumed }) => dpiIsAssumed).length,
    stretched: images.filter(({ scannedDpi }) => scannedDpi).length,
  }
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0))
}

const fileReasons: readonly FailureCode[] = [
  'file-unreadable',
  'file-truncated',
  'file-encrypted',
  'file-too-large',
  'file-too-costly',
]

/**
 * A file that cannot be read harms only itself: it is given back with its reason, the others go on. Whichever of its
 * pages is the last to fail may be the last that the batch waits for.
 */
export async function rejectFile(
  fileId: FileId,
  { code, facts }: Failure,
  records: Records,
  context: StageContext,
): Promise<void> {
  const found = await records.files.find(fileId)
  if (!found) return
  // Of two pages that fail at the same moment, the second sees what the first has done.
  await records.batches.lock(found.batchId)
  const file = (await records.files.find(fileId))!
  if (file.state !== 'rejected') {
    const reason = fileReasons.includes(code) ? code : 'file-unreadable'
    const cause = reason === code ? {} : { cause: code }
    await records.files.change(fileId, {
      state: 'rejected',
      reason,
      facts: { ...(reason === code ? facts : cause), position: file.position },
    })
    await records.append(context.actor, [
      custodyEvent(
        'file-rejected',
        { batchId: file.batchId, fileId },
        { digests: { sha256: file.sha256 }, details: { reason, ...cause } },
      ),
    ])
  }
  await composeWhenExamined(file.batchId, records, context)
}

const newPage = (file: BatchFile, id: PageId, number: number, image: StagedImage) => ({
  id,
  batchId: file.batchId,
  fileId: file.id,
  number,
  documentId: null,
  position: null,
  state: 'split' as const,
  image,
  facts: null,
  marks: null,
  words: null,
  confidence: null,
})
