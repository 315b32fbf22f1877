import { Readable } from 'node:stream'
import { personsReadings } from '../domain/correction.ts'
import type { Actor } from '../domain/custody.ts'
import { custodyEvent } from '../domain/custody.ts'
import { type Document, isDeposited, road } from '../domain/document.ts'
import { Failure } from '../domain/failure.ts'
import type { DocumentId, OrganisationId } from '../domain/ids.ts'
import type { Page } from '../domain/page.ts'
import { type TextFormatName, textFormats } from '../domain/text-formats/formats.ts'
import { writeLayouts, writeText } from '../domain/text-formats/text-format.ts'
import type { TextPage } from '../domain/text-formats/layout.ts'
import type { PageUnpacker, Staging } from '../ports.ts'
import type { Records } from '../records.ts'
import { consentQuestion } from '../stages/consent-gate.ts'
import { sizeOf, understoodPage } from '../stages/understood.ts'
import { archivedWords } from './archived-words.ts'
import { openDeposit, type Passed, type ReadingRoom, refusalOf } from './read-document.ts'

export type TextRoom = ReadingRoom & { readonly staging: Staging; readonly unpacker: PageUnpacker }

/**
 * The recognised text of a document with its places, after the gate at reading, page by page: out of the archive once it is
 * there, out of the staging before. Every reading, and every refusal of one, is a custody event.
 *
 * The stream fails when words are damaged, or the batch closes while they are read from its staging: keep nothing of it before
 * its end.
 * @throws Failure not-found, state-forbids, text-not-kept, consent-withdrawn and its like, staging-destroyed, deposit-differs,
 * object-missing
 */
export async function readText(
  organisationId: OrganisationId,
  documentId: DocumentId,
  format: TextFormatName,
  actor: Actor,
  room: TextRoom,
): Promise<Readable> {
  const passed = await room.truth.transaction(organisationId, (records) =>
    passGate(documentId, format, actor, records, room),
  )
  if (passed instanceof Failure) throw passed
  const text =
    'deposit' in passed ? await fromArchive(passed, format, room) : await fromStaging(passed, format, room)
  return Readable.from(inBytes(text), { objectMode: false })
}

type Staged = { readonly document: Document; readonly pages: readonly Page[] }

/** A refusal is recorded too, so it is returned, not thrown. */
async function passGate(
  documentId: DocumentId,
  format: TextFormatName,
  actor: Actor,
  records: Records,
  { clock }: TextRoom,
): Promise<Staged | Passed | Failure> {
  const document = await records.documents.find(documentId)
  if (!document) return new Failure('not-found', { kind: 'document' })
  const place = await placeOf(document, records)
  if (place instanceof Failure) return place
  const refusal = refusalOf(document, await consentQuestion(document, records), clock.now())
  const details = { part: 'text', format, ...(refusal ? { reason: refusal.code } : {}) }
  await records.append(actor, [
    custodyEvent(
      refusal ? 'document-reading-refused' : 'document-read',
      { batchId: document.batchId, documentId },
      { details },
    ),
  ])
  return refusal ?? place
}

/** Where the words are. What was deposited in former times has none in the archive. */
async function placeOf(document: Document, records: Records): Promise<Staged | Passed | Failure> {
  const { id: documentId, batchId, state } = document
  const deposits = isDeposited(state) ? await records.deposits.ofDocument(documentId) : []
  const deposit = deposits.findLast(({ part, depositedAt }) => part === 'words' && depositedAt !== null)
  if (deposit) return { document, deposit, storage: await records.batches.storageOf(batchId) }
  const { closedAt } = (await records.batches.find(batchId))!
  if (closedAt && isDeposited(state)) return new Failure('text-not-kept', { documentId })
  if (closedAt || !isSurelyTheirs(document))
    return new Failure('state-forbids', { subject: documentId, state })
  const pages = await records.pages.ofDocument(documentId)
  return { document, pages: pages.filter(({ position }) => position !== null) }
}

/** What was read was compared with its patient: before that it may be somebody else's. */
const isSurelyTheirs = ({ state }: Document): boolean =>
  (road as readonly string[]).indexOf(state) >= road.indexOf('assembled')

async function fromArchive(
  passed: Passed,
  format: TextFormatName,
  room: TextRoom,
): Promise<AsyncIterable<string>> {
  const { index, layouts } = await archivedWords(await openDeposit(passed, room), room.unpacker)
  const { documentId: title, pages, engine } = index
  const head = { title, pages: pages.length, engine, corrections: personsReadings(index.corrections) }
  return writeLayouts(textFormats[format], layouts, head)
}

async function fromStaging(
  { document, pages }: Staged,
  format: TextFormatName,
  room: TextRoom,
): Promise<AsyncIterable<string>> {
  const firstRead = pages.find(({ words }) => words !== null)
  const engine = firstRead ? (await understoodPage(firstRead, room)).engine : 'none'
  const head = { title: document.id, pages: pages.length, engine }
  return writeText(textFormats[format], textPages(pages, room), head)
}

async function* textPages(pages: readonly Page[], room: TextRoom): AsyncGenerator<TextPage> {
  for (const page of pages) {
    const { width, height, dpi } = sizeOf(page)
    const blank = { turn: 0 as const, width, height, lines: [] }
    yield { recognition: page.words ? await understoodPage(page, room) : blank, dpi }
  }
}

async function* inBytes(text: AsyncIterable<string>): AsyncGenerator<Buffer> {
  for await (const part of text) yield Buffer.from(part)
}
