import type { DocumentView } from '../compose.ts'
import type { RecordedEvent } from '../domain/custody.ts'
import type { PatientId } from '../domain/ids.ts'
import type { ReadingFigures } from '../domain/reading-figures.ts'
import { en } from '../proof/words-en.ts'
import { fr } from '../proof/words-fr.ts'
import { stop } from './batch-words.ts'
import type { Desk } from './desk.ts'
import { type RescanView, sayRescans } from './rescan-words.ts'
import { type Cell, indented, pairs, table } from './table.ts'
import { moment, number, percent } from './typography.ts'

/** Documents batch by batch, each with what stops it below it. */
export function sayDocuments(
  desk: Desk,
  documents: readonly DocumentView[],
  fileNumbers: ReadonlyMap<PatientId, string>,
): string {
  const batches = new Map<string, DocumentView[]>()
  for (const document of documents)
    batches.set(document.batchId, [...(batches.get(document.batchId) ?? []), document])
  return [...batches.values()]
    .map((some) => {
      const { batchId, box } = some[0]!
      return [desk.say.document.heading(batchId, box), sayOfBatch(desk, some, fileNumbers)].join('\n')
    })
    .join('\n\n')
}

function sayOfBatch(
  desk: Desk,
  documents: readonly DocumentView[],
  fileNumbers: ReadonlyMap<PatientId, string>,
): string {
  const { say } = desk
  const [n, id, state, pages, patient] = say.document.columns
  const rows = documents.map((document): Cell[] => [
    document.position,
    document.id,
    say.states[document.state],
    document.pageCount,
    document.patientId && (fileNumbers.get(document.patientId) ?? say.document.patientKnown),
  ])
  const [heading, rule, ...lines] = table([n!, id!, state!, pages!, patient!], rows).split('\n')
  return [
    heading,
    rule,
    ...documents.flatMap((document, i) => [lines[i]!, ...where(document), ...whyStopped(desk, document)]),
  ].join('\n')
}

/** Where its access copy is sealed. */
const where = ({ deposits }: DocumentView): string[] => {
  const access = deposits.findLast(({ part, depositedAt }) => part === 'access' && depositedAt !== null)
  return access ? [`  ⚿ ${access.host} · ${access.objectKey}`] : []
}

function whyStopped(desk: Desk, document: DocumentView): string[] {
  const question = document.question && [`  ? ${desk.say.document.questions[document.question]}`]
  return [...stop(desk, document, { documentId: document.id }), ...(question ?? [])]
}

/** One document with everything that is known of it. */
export function sayDocument(
  desk: Desk,
  document: DocumentView,
  {
    events,
    rescans,
    fileNumber,
  }: {
    readonly events: readonly RecordedEvent[]
    readonly rescans: readonly RescanView[]
    readonly fileNumber: string | undefined
  },
): string {
  const { say } = desk
  const { facts } = say.document
  const head = pairs([
    [facts.id, document.id],
    [facts.batch, document.batchId],
    [facts.position, document.position],
    [facts.state, say.states[document.state]],
    [facts.patient, document.patientId],
    ...(fileNumber ? ([[facts.fileNumber, fileNumber]] as const) : []),
    [facts.pages, document.pageCount],
    [
      facts.confidence,
      document.confidence === null ? null : percent(document.confidence / 100, desk.language),
    ],
    [facts.reading, document.reading && sayReading(desk, document.reading)],
    ...(document.reading?.ownText
      ? [[facts.ownText, sayOwnText(desk, document.reading.ownText)] as const]
      : []),
    ...sayCorrectedPlaces(desk, events),
    ...(document.attributedBy ? ([[facts.attributedBy, document.attributedBy]] as const) : []),
  ])
  const words = { fr, en }[desk.language].events
  const history = events.map(({ at, type, actor, details }) => [
    moment(at),
    words[type],
    actor,
    details?.['reason'] === undefined ? '' : String(details['reason']),
  ])
  return [
    [head, ...whyStopped(desk, document)].join('\n'),
    ...sayRescans(desk, rescans),
    ...(document.deposits.length > 0 ? [`${say.document.deposits}\n${sayDeposits(desk, document)}`] : []),
    `${say.document.history}\n${indented(table(say.document.historyColumns, history, desk.width - 2))}`,
  ].join('\n\n')
}

/** Places whose words persons have said since: the archive's words have them, the text of the PDF does not. */
function sayCorrectedPlaces({ say }: Desk, events: readonly RecordedEvent[]): [string, string][] {
  const places = events
    .filter(({ type }) => type === 'document-corrected')
    .reduce((sum, { details }) => sum + Number(details?.['places'] ?? 0), 0)
  return places > 0 ? [[say.document.facts.readByPersons, say.document.placesCorrected(places)]] : []
}

/** `96 % surely · 3 % doubtful · 1 % not read (2 places)` */
export function sayReading({ say, language }: Desk, { shares, unread }: ReadingFigures): string {
  if (!shares) return say.document.nothingWritten
  return say.document.reading({
    sure: percent(shares.sure, language),
    doubtful: percent(shares.doubtful, language),
    unread: percent(shares.unread, language),
    places: unread,
  })
}

/** `3 pages used as they are · 2 compared, 97 % or more the same · 1 says something else than is to be seen` */
const sayOwnText = (
  { say, language }: Desk,
  { agreement, ...counts }: NonNullable<ReadingFigures['ownText']>,
) =>
  say.document.ownText({
    ...counts,
    agreement: agreement === undefined ? undefined : percent(agreement, language),
  })

function sayDeposits(desk: Desk, { deposits }: DocumentView): string {
  const { parts, depositFacts: facts } = desk.say.document
  return deposits
    .map((deposit) => {
      const lines = pairs([
        [facts.host, `${deposit.host} (${deposit.storage})`],
        [facts.key, deposit.objectKey],
        [facts.version, deposit.objectVersion],
        [facts.content, deposit.contentSha256],
        [facts.sealed, deposit.sealedSha256],
        [facts.bytes, number(deposit.sealedBytes, desk.language)],
        [facts.verified, moment(deposit.verifiedAt)],
        [facts.retain, moment(deposit.retainUntil)],
      ])
      return `  ${[parts[deposit.part], ...(deposit.version > 1 ? [`v${deposit.version}`] : [])].join(', ')}\n${indented(lines, 4)}`
    })
    .join('\n')
}
