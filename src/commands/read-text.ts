import { Readable } from 'node:stream'
import type { Actor } from '../domain/custody.ts'
import { custodyEvent } from '../domain/custody.ts'
import { type Document, road } from '../domain/document.ts'
import { Failure } from '../domain/failure.ts'
import type { DocumentId, OrganisationId } from '../domain/ids.ts'
import { type Page, Recognition } from '../domain/page.ts'
import { type TextFormatName, textFormats } from '../domain/text-formats/formats.ts'
import type { TextPage } from '../domain/text-formats/layout.ts'
import { writeText } from '../domain/text-formats/text-format.ts'
import type { Clock, Staging } from '../ports.ts'
import type { Records, Truth } from '../records.ts'
import { consentQuestion } from '../stages/consent-gate.ts'
import { refusalOf } from './read-document.ts'

export type TextRoom = { readonly truth: Truth; readonly staging: Staging; readonly clock: Clock }

/**
 * The recognised text of a document with its places, after the gate at reading, page by page. It is staged with the batch
 * and goes with it; afterwards the text is in the access copy alone. Every reading, and every refusal of one, is a custody
 * event.
 *
 * The stream fails when a page's words are damaged, or the batch closes meanwhile: keep nothing of it before its end.
 * @throws Failure not-found, state-forbids, text-not-kept, consent-withdrawn and its like, staging-destroyed
 */
export async function readText(
  organisationId: OrganisationId,
  documentId: DocumentId,
  format: TextFormatName,
  actor: Actor,
  room: TextRoom,
): Promise<Readable> {
  const passed = await room.truth.transaction(organisationId, (records) =>
    passGate(documentId, format, actor, records, room.clock),
  )
  if (passed instanceof Failure) throw passed
  const { document, pages } = passed
  const read = (page: Page) => recognitionOf(document, page, room.staging)
  const firstRead = pages.find(({ words }) => words !== null)
  const engine = (firstRead && (await read(firstRead))?.engine) ?? 'none'
  const head = { title: documentId, pages: pages.length, engine }
  const text = writeText(textFormats[format], textPages(pages, read), head)
  return Readable.from(inBytes(text), { objectMode: false })
}

type Passed = { readonly document: Document; readonly pages: readonly Page[] }

/** A refusal is recorded too, so it is returned, not thrown. */
async function passGate(
  documentId: DocumentId,
  format: TextFormatName,
  actor: Actor,
  records: Records,
  clock: Clock,
): Promise<Passed | Failure> {
  const document = await records.documents.find(documentId)
  if (!document) return new Failure('not-found', { kind: 'document' })
  const batch = await records.batches.find(document.batchId)
  if (batch!.closedAt) return new Failure('text-not-kept', { documentId })
  if (!isSurelyTheirs(document))
    return new Failure('state-forbids', { subject: documentId, state: document.state })
  const refusal = refusalOf(document, await consentQuestion(document, records), clock.now())
  const details = { part: 'text', format, ...(refusal ? { reason: refusal.code } : {}) }
  await records.append(actor, [
    custodyEvent(
      refusal ? 'document-reading-refused' : 'document-read',
      { batchId: document.batchId, documentId },
      { details },
    ),
  ])
  if (refusal) return refusal
  const pages = await records.pages.ofDocument(documentId)
  return { document, pages: pages.filter(({ position }) => position !== null) }
}

/** What was read was compared with its patient: before that it may be somebody else's. */
const isSurelyTheirs = ({ state }: Document): boolean =>
  (road as readonly string[]).indexOf(state) >= road.indexOf('assembled')

/** Undefined for a page that was not read, being blank. */
async function recognitionOf(
  { batchId }: Document,
  { words }: Page,
  staging: Staging,
): Promise<Recognition | undefined> {
  if (words === null) return undefined
  return Recognition.parse(JSON.parse((await staging.read(batchId, words)).toString()))
}

async function* textPages(
  pages: readonly Page[],
  read: (page: Page) => Promise<Recognition | undefined>,
): AsyncGenerator<TextPage> {
  for (const page of pages) {
    const { width, height, dpi } = { ...page.image!, ...page.facts }
    const blank = { turn: 0 as const, width, height, lines: [] }
    yield { recognition: (await read(page)) ?? blank, dpi }
  }
}

async function* inBytes(text: AsyncIterable<string>): AsyncGenerator<Buffer> {
  for await (const part of text) yield Buffer.from(part)
}
