import { z } from 'zod'
import { custodyEvent } from '../domain/custody.ts'
import type { Document } from '../domain/document.ts'
import type { BatchId, DocumentId, PageId } from '../domain/ids.ts'
import { comparedWith, isKept } from '../domain/own-text-agreement.ts'
import { OwnText, readFromOwnText } from '../domain/own-text.ts'
import type { Page, Recognition } from '../domain/page.ts'
import { StagedObject } from '../domain/staged.ts'
import { type UnderstoodPage, understandPage } from '../domain/understanding/understand-page.ts'
import type { Ports, Staging } from '../ports.ts'
import type { Records } from '../records.ts'
import { discardPagesOf, documentAt } from './consent-gate.ts'
import { completed, defineStage } from './stage.ts'
import { failDocument } from './stopping.ts'

/** Turns one page image into words with their places, and into a thumbnail while it is at hand. */
export const recognisePage = defineStage({
  name: 'recognise-page',
  queue: 'page',
  input: z.object({ page: z.custom<Page & { documentId: DocumentId }>() }),
  output: z.object({
    page: z.custom<Page & { documentId: DocumentId }>(),
    words: StagedObject,
    confidence: z.number().min(0).max(100),
  }),
  needs: ['staging', 'recogniser', 'thumbnailer', 'rules'],

  async load(subjectId, records) {
    const page = await records.pages.find(subjectId as PageId)
    if (!page?.documentId || page.words !== null) return undefined
    const { documentId } = page
    return (await documentAt('cleared', documentId, records)) ? { page: { ...page, documentId } } : undefined
  },

  async run({ page }, { staging, recogniser, thumbnailer, rules }, { signal }) {
    const { batchId, documentId, image } = page
    const content = await staging.read(batchId, image!)
    const own = image!.ownText && (await ownTextOf(batchId, image!.ownText, staging))
    const recognition =
      own && isKept(own, rules.ownText ?? 'keep')
        ? readFromOwnText(own)
        : await recognised(page, content, { recogniser, rules, signal, own })
    const thumbnail = await thumbnailer.thumbnail(content, { turn: recognition.turn })
    const understood: UnderstoodPage = {
      ...recognition,
      findings: understandPage(recognition, rules.documentTypes),
      ...(thumbnail && { thumbnail: thumbnail.toString('base64') }),
    }
    const words = await staging.put(batchId, Buffer.from(JSON.stringify(understood)), documentId)
    return completed({ page, words, confidence: recognition.confidence }, [
      custodyEvent(
        'page-recognised',
        { batchId, documentId, pageId: page.id },
        { details: figuresOf(recognition) },
      ),
    ])
  },

  /** Words are kept also while their document is held or failed: it takes them up again. */
  async settle({ page, words, confidence }, records) {
    const document = await records.documents.lock(page.documentId)
    if (!document || document.state === 'rejected') return
    if (document.state === 'refused') return discardPagesOf(document, records)
    await records.pages.change([page.id], { state: 'recognised', words, confidence })
    if (document.state === 'cleared') await goOnWhenRead(document, records)
  },

  hold: async () => {},
  async fail(subjectId, failure, records, context) {
    const page = await records.pages.find(subjectId as PageId)
    if (page?.documentId) await failDocument(page.documentId, failure, records, context)
  },
})

const ownTextOf = async (batchId: BatchId, staged: StagedObject, staging: Staging): Promise<OwnText> =>
  OwnText.parse(JSON.parse((await staging.read(batchId, staged)).toString()))

type Reading = Pick<Ports, 'recogniser' | 'rules'> & {
  readonly signal: AbortSignal
  readonly own: OwnText | undefined
}

/** A page as it was read, and beside it what became of the words that it carries. */
async function recognised(
  { facts }: Page,
  content: Buffer,
  { recogniser, rules, signal, own }: Reading,
): Promise<Recognition> {
  const { turn, turnIsSure, dpi, skew, xHeight } = facts!
  const options = { turn, turnIsSure, dpi, skew, xHeight, languages: rules.languages }
  const reading = await recogniser.recognise(content, options, signal)
  return { ...reading, source: 'recognised', ...(own && { ownText: comparedWith(own, reading) }) }
}

function figuresOf(recognition: Recognition): Record<string, number | string> {
  const { lines, regions = [], confidence, read, turn, source, ownText } = recognition
  return {
    ...(ownText && { source: source!, ownText: ownText.fate, ownWords: ownText.words }),
    ...(ownText?.fault && { ownTextFault: ownText.fault }),
    ...(ownText?.agreement !== undefined && { agreementPercent: Math.round(ownText.agreement * 100) }),
    words: lines.reduce((total, line) => total + line.words.length, 0),
    ...{ confidence: Math.round(confidence), turn, unread: regions.length },
    ...(read !== undefined && { readPercent: Math.round(read * 100) }),
  }
}

/**
 * Takes a cleared document on once none of its pages is left to be read. The document is locked: of two pages that end
 * together, one is the last.
 *
 * @returns the pages that are left
 */
export async function goOnWhenRead(
  { id, batchId }: Pick<Document, 'id' | 'batchId'>,
  records: Records,
): Promise<readonly Page[]> {
  const pages = (await records.pages.ofDocument(id)).filter(
    ({ position, facts }) => position !== null && !facts?.blank,
  )
  const unread = pages.filter(({ words }) => words === null)
  if (unread.length > 0) return unread
  const sum = pages.reduce((total, { confidence }) => total + (confidence ?? 0), 0)
  const confidence = pages.length > 0 ? sum / pages.length : null
  await records.documents.change(id, { state: 'recognised', confidence })
  await records.orders.place({
    ...{ batchId, queue: 'document', stage: 'confirm-identity', subjectId: id },
    again: true,
  })
  return []
}
