import { z } from 'zod'
import { decodeCoverSheet } from '../domain/cover-sheet.ts'
import { custodyEvent } from '../domain/custody.ts'
import type { PageId } from '../domain/ids.ts'
import { type Page, PageFacts } from '../domain/page.ts'
import { StagedObject } from '../domain/staged.ts'
import { composeWhenExamined } from './compose-documents.ts'
import { rejectFile } from './split-pages.ts'
import { completed, defineStage } from './stage.ts'

/** Looks at one page without reading it: blank, upright, straight, and which barcodes it carries. */
export const examinePage = defineStage({
  name: 'examine-page',
  queue: 'page',
  input: z.object({ page: z.custom<Page>(), thorough: z.boolean() }),
  output: z.object({ page: z.custom<Page>(), facts: PageFacts, marks: StagedObject.nullable() }),
  needs: ['staging', 'examiner', 'barcodes'],

  async load(subjectId, records) {
    const page = await records.pages.find(subjectId as PageId)
    if (page?.state !== 'split') return undefined
    const batch = await records.batches.find(page.batchId)
    return { page, thorough: batch?.separation === 'cover-sheets' }
  },

  async run({ page, thorough }, { staging, examiner, barcodes }) {
    const { batchId, image } = page
    const content = await staging.read(batchId, image!)
    const { mediaType, dpi, dpiIsAssumed, scannedDpi } = image!
    const { facts: seenFacts, view } = await examiner.examine(content, mediaType, dpi)
    const facts = { ...seenFacts, ...(dpiIsAssumed && { dpiIsAssumed }), ...(scannedDpi && { scannedDpi }) }
    const seen = view ? await barcodes.read(view) : []
    // Only what looks like a barcode, on a pile that has cover sheets, and is none that could be read, is worth more.
    const isMissing = view && thorough && !seen.some(({ text }) => isCoverSheet(text))
    const marks = isMissing ? await barcodes.read(content, { thorough }) : seen
    const text = Buffer.from(JSON.stringify(marks))
    const staged = marks.length > 0 ? await staging.put(batchId, text, page.fileId) : null
    return completed({ page, facts, marks: staged }, [
      custodyEvent(
        'page-examined',
        { batchId, fileId: page.fileId, pageId: page.id },
        {
          digests: { sha256: image!.sha256 },
          details: {
            ...{ number: page.number, blank: facts.blank, barcodes: marks.length },
            ...(facts.quality && { verdict: facts.quality.verdict }),
            ...(dpiIsAssumed && { dpiIsAssumed }),
          },
        },
      ),
    ])
  },

  async settle({ page, facts, marks }, records, context) {
    await records.pages.change([page.id], { state: 'examined', facts, marks })
    await composeWhenExamined(page.batchId, records, context)
  },

  hold: async () => {},
  /** A page that cannot be decoded makes its file unreadable: none of its pages is archived alone. */
  async fail(subjectId, failure, records, context) {
    const page = await records.pages.find(subjectId as PageId)
    if (page) await rejectFile(page.fileId, failure, records, context)
  },
})

const isCoverSheet = (text: string): boolean => typeof decodeCoverSheet(text) === 'object'
