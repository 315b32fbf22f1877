import type { BatchView, DocumentView, FileView } from '../compose.ts'
import type { DocumentState } from '../domain/document.ts'
import type { Facts } from '../domain/failure.ts'
import type { FailureCode } from '../domain/failures.ts'
import type { Desk } from './desk.ts'
import { sayReason } from './refusal.ts'
import { type RescanView, sayRescans } from './rescan-words.ts'
import { indented, pairs, table } from './table.ts'
import { moment, number } from './typography.ts'

type Within = {
  /** Those that have stopped. */
  readonly documents: readonly DocumentView[]
  readonly files: readonly FileView[]
  readonly rescans: readonly RescanView[]
}

/** A batch and what stops it, in words. */
export function sayBatch(desk: Desk, batch: BatchView, { documents, files, rescans }: Within): string {
  const { batch: say } = desk.say
  const parts = [
    [facts(desk, batch), ...stop(desk, batch)].join('\n'),
    `${say.counts}\n${indented(counts(desk, batch))}`,
    ...(files.length > 0 ? [`${say.files}\n${indented(sayFiles(desk, files))}`] : []),
    ...(batch.counted.documents > 0
      ? [`${say.documents}\n${indented(sayDocuments(desk, batch, documents))}`]
      : []),
    ...sayRescans(desk, rescans),
  ]
  return parts.join('\n\n')
}

const facts = ({ say }: Desk, batch: BatchView): string =>
  pairs([
    [say.batch.facts.id, batch.id],
    [say.batch.facts.state, say.states[batch.state]],
    [say.batch.facts.box, batch.box],
    [say.batch.facts.contract, batch.contract],
    [say.batch.facts.operator, batch.operator],
    [say.batch.facts.separation, say.separations[batch.separation]],
    [say.batch.facts.received, moment(batch.receivedAt)],
    ...(batch.closedAt ? ([[say.batch.facts.closed, moment(batch.closedAt)]] as const) : []),
    ...(batch.releasedBy ? ([[say.batch.facts.releasedBy, batch.releasedBy]] as const) : []),
  ])

type Stopped = { readonly reason: FailureCode | null; readonly facts: Facts }

/** Why something stopped and what to do about it; nothing when it did not. */
export function stop({ language }: Desk, { reason, facts }: Stopped, more: Facts = {}): string[] {
  if (!reason) return []
  const { what, todo } = sayReason(reason, { ...more, ...facts }, language)
  return [`  ✗ ${what}`, `  → ${todo}`]
}

const counts = ({ say }: Desk, batch: BatchView): string => {
  const { expected, counted } = batch
  return table(say.batch.countColumns, [
    [say.units['folders'], expected.folders, ''],
    [say.units['documents'], expected.documents, isComposed(batch) ? counted.documents : ''],
    [say.units['pages'], expected.pages, counted.pages],
  ])
}

/** Before composition no document was looked for: none is not a count. */
export const isComposed = ({ counted }: Pick<BatchView, 'counted'>): boolean => counted.documents > 0

function sayFiles(desk: Desk, files: readonly FileView[]): string {
  const { say, language } = desk
  const rows = files.map((file) => [
    file.position,
    file.kind?.toUpperCase(),
    number(file.bytes, language),
    file.expectedPages === null ? file.pages : `${file.pages ?? '?'}/${file.expectedPages}`,
    say.states[file.state],
  ])
  const [heading, rule, ...lines] = table(say.batch.fileColumns, rows).split('\n')
  const explained = files.flatMap((file, i) => [lines[i]!, ...stop(desk, file, { position: file.position })])
  return [heading, rule, ...explained].join('\n')
}

/** How many in each state; then those that wait for somebody, each with its reason. */
function sayDocuments(desk: Desk, batch: BatchView, documents: readonly DocumentView[]): string {
  const { say } = desk
  const tally = pairs(
    Object.entries(batch.documents).map(([state, total]) => [say.states[state as DocumentState], total]),
  )
  const stopped = documents.filter(({ reason }) => reason !== null)
  return [
    tally,
    ...stopped.flatMap((document) => [
      `${say.document.columns[0]} ${document.position} ${document.id} · ${say.states[document.state]}`,
      ...stop(desk, document, { documentId: document.id }),
    ]),
    `→ ${say.batch.documentsOf(batch.id)}`,
  ].join('\n')
}
