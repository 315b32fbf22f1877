import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import type { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { PDFDocument } from '@cantoo/pdf-lib'
import { sql } from 'kysely'
import { fetchDocument } from '../../../src/commands/read-document.ts'
import type { DocumentId } from '../../../src/domain/ids.ts'
import type { DrawnBatch } from './batch.ts'
import { parsers } from './inflict.ts'
import { extendsRightly, type LedgerSoFar, verifiesWhole } from './ledger.ts'
import { comesTrue, patiently } from './patience.ts'
import { findPlaintext, leftInTemporary } from './plaintext.ts'
import type { Site } from './site.ts'

/**
 * `loss`: something is not in its one right final state · `duplicate`: something is there, or was done, twice, or is
 * there and nobody's · `plaintext`: something can be read that should not · `release`: sources left too early ·
 * `rest`: something goes on, or waits, that should not.
 */
export type ViolationKind = 'loss' | 'duplicate' | 'plaintext' | 'ledger' | 'release' | 'rest'
export type Violation = { readonly kind: ViolationKind; readonly what: string }

export type Circumstances = {
  readonly ledger: LedgerSoFar
  readonly isScanned: boolean
  /** The same batch was dropped twice. */
  readonly isRepeated: boolean
  /** No clock was wrong: times can be compared. */
  readonly clocksTrue: boolean
}

type Check = (site: Site, batch: DrawnBatch, circumstances: Circumstances) => Promise<string[]>

const checks: readonly (readonly [ViolationKind, Check])[] = [
  ['loss', finalStates],
  ['loss', readable],
  ['duplicate', onlyOnce],
  ['duplicate', archiveIsExact],
  ['plaintext', stagingIsGone],
  ['plaintext', async (site) => leftInTemporary(site)],
  ['release', releasedLast],
  ['loss', answered],
  ['rest', atRest],
  ['rest', noOrphans],
  ['ledger', (site, _, { ledger }) => extendsRightly(site, ledger)],
  ['ledger', async (site, _, { isScanned }) => (isScanned ? verifiesWhole(site) : [])],
  ['plaintext', async (site, _, { isScanned }) => (isScanned ? findPlaintext(site) : [])],
]

/** Everything that must be true after a trial, asked of the real thing. */
export async function findViolations(
  site: Site,
  batch: DrawnBatch,
  circumstances: Circumstances,
): Promise<Violation[]> {
  const violations: Violation[] = []
  for (const [kind, check] of checks) {
    const found = await check(site, batch, circumstances).catch((error: unknown) => [
      `cannot be told: ${error instanceof Error ? error.message : String(error)}`,
    ])
    violations.push(...found.map((what) => ({ kind, what })))
  }
  return violations
}

type Row = Readonly<Record<string, unknown>>
const ask = async <Found = Row>({ owner }: Site, query: ReturnType<typeof sql<Found>>): Promise<Found[]> =>
  patiently(async () => (await query.execute(owner)).rows)

const ofBox = (box: string) =>
  sql`(select b.id from batches b join boxes on boxes.id = b.box_id where boxes.label = ${box})`

const differs = (what: string, found: unknown, expected: unknown): string[] =>
  JSON.stringify(found) === JSON.stringify(expected)
    ? []
    : [`${what}: ${JSON.stringify(found)} instead of ${JSON.stringify(expected)}`]

/** One batch, closed; each file and each document in the one state that the seed says. */
async function finalStates(site: Site, { box, fileStates, documents }: DrawnBatch): Promise<string[]> {
  const batches = await ask(site, sql`select state, reason from batches where id in ${ofBox(box)}`)
  const files = await ask(
    site,
    sql`select state, reason from files where batch_id in ${ofBox(box)} order by position`,
  )
  const found = await ask(
    site,
    sql`select page_count as pages, state, reason from documents where batch_id in ${ofBox(box)} order by position`,
  )
  return [
    ...differs('batch', batches, [{ state: 'closed', reason: null }]),
    ...differs('files', files, fileStates),
    ...differs('documents', found, documents),
  ]
}

/** A document that is called verified can be read by whoever may, and has all its pages. */
async function readable(site: Site, { box }: DrawnBatch): Promise<string[]> {
  const [chosen] = await ask<{ id: DocumentId; pages: number }>(
    site,
    sql`select id, page_count as pages from documents
        where batch_id in ${ofBox(box)} and state = 'verified' order by page_count desc, id limit 1`,
  )
  if (!chosen) return ['no document is verified']
  const { content } = await patiently(() =>
    fetchDocument(site.organisationId, chosen.id, 'access', 'trial', site.house.readingRoom()),
  )
  const file = await PDFDocument.load(await bytesOf(content))
  return differs('pages of what was read', file.getPageCount(), chosen.pages)
}

const bytesOf = async (content: Buffer | Readable): Promise<Buffer> =>
  Buffer.isBuffer(content) ? content : buffer(content)

/** What is done once was recorded once. */
async function onlyOnce(site: Site, { box }: DrawnBatch): Promise<string[]> {
  const once = [
    ...['batch-received', 'batch-closed', 'staging-key-destroyed', 'source-released', 'document-composed'],
    ...[
      'identity-confirmed',
      'document-assembled',
      'document-sealed',
      'document-deposited',
      'deposit-verified',
    ],
    ...['file-split', 'file-rejected', 'document-refused'],
  ]
  const twice = await ask<{ type: string; events: number }>(
    site,
    sql`select type, count(*)::int as events from custody_events
        where subject->>'batchId' in (select id::text from batches where id in ${ofBox(box)}) and type = any(${once})
        group by type, subject, details->>'part' having count(*) > 1`,
  )
  return twice.map(({ type, events }) => `${type} was recorded ${events} times`)
}

/** As many versions of each key as the truth knows deposits of it: one; and none that it does not know. */
async function archiveIsExact(site: Site): Promise<string[]> {
  const known = await ask<{ key: string; verified: boolean }>(
    site,
    sql`select object_key as key, verified_at is not null as verified from deposits`,
  )
  const versions = await patiently(async () => {
    const counted = new Map<string, number>()
    for (const archive of Object.values(site.house.archiveBuckets()))
      for await (const { key } of archive.versions(`${site.organisationId}/`))
        counted.set(key, (counted.get(key) ?? 0) + 1)
    return counted
  })
  const expected = new Set(known.filter(({ verified }) => verified).map(({ key }) => key))
  const lost = [...expected].filter((key) => !versions.has(key)).map((key) => `lost from the archive: ${key}`)
  const more = [...versions].filter(([key, count]) => count !== 1 || !expected.has(key))
  return [...lost, ...more.map(([key, count]) => `in the archive ${count} times: ${key}`)]
}

/** Its key is destroyed, and nothing is left under its name. */
async function stagingIsGone(site: Site, { box }: DrawnBatch): Promise<string[]> {
  const keys = await ask<{ id: string; kept: boolean }>(
    site,
    sql`select id, staging_key_wrapped is not null as kept from batches where id in ${ofBox(box)}`,
  )
  const kept = keys.filter(({ kept }) => kept).map(({ id }) => `the staging key of ${id} is kept`)
  for (const { id } of keys) {
    const left = await patiently(async () => {
      let objects = 0
      for await (const _ of site.house.stagingBucket().versions(`${id}/`)) objects++
      return objects
    })
    if (left > 0) kept.push(`${left} objects are left in staging`)
  }
  return kept
}

/** The release of the sources comes after every verification, and after the closing. */
async function releasedLast(
  site: Site,
  { box }: DrawnBatch,
  { clocksTrue }: Circumstances,
): Promise<string[]> {
  const events = await ask<{ type: string; at: Date }>(
    site,
    sql`select type, at from custody_events
        where subject->>'batchId' in (select id::text from batches where id in ${ofBox(box)})
          and type in ('source-released', 'batch-closed', 'deposit-verified')`,
  )
  const release = events.find(({ type }) => type === 'source-released')
  if (!release) return ['the release of the sources was not recorded']
  const later = events.filter(({ at }) => at > release.at)
  return clocksTrue ? later.map(({ type }) => `${type} came after the release of the sources`) : []
}

/** What is not kept is given back with its reason: the hostile file, the one that was there twice, the second drop. */
async function answered(
  { inbox }: Site,
  { name, fileStates, files }: DrawnBatch,
  { isRepeated }: Circumstances,
): Promise<string[]> {
  const folder = path.join(inbox, '_returned')
  const answers = await Promise.all(
    (await readdir(folder))
      .filter((one) => one.startsWith(`${name}-`))
      .map(async (one) => {
        const { reasons } = JSON.parse(await readFile(path.join(folder, one, 'answer.json'), 'utf8')) as {
          reasons: { code: string }[]
        }
        const [dropped] = (await readdir(path.join(folder, one))).filter((entry) => entry.startsWith('lot-'))
        const kept = (await readdir(path.join(folder, one, dropped!))).filter((file) => file !== 'batch.json')
        return { codes: reasons.map(({ code }) => code).sort(), kept: kept.sort() }
      }),
  )
  const codes = fileStates.flatMap(({ reason }) => reason ?? []).sort()
  const names = files.filter((_, at) => fileStates[at]!.reason !== null).map((file) => file.name)
  const whole = { codes: ['batch-duplicate'], kept: files.map((file) => file.name) }
  const expected = [{ codes, kept: names }, ...(isRepeated ? [whole] : [])]
  const sorted = (list: readonly unknown[]) => list.map((one) => JSON.stringify(one)).sort()
  return differs('answers', sorted(answers), sorted(expected))
}

/** Nothing is ordered, queued or at work any more, and nothing failed but what was hostile. */
async function atRest(site: Site, { box }: DrawnBatch): Promise<string[]> {
  const orders = await ask<{ stage: string; state: string; code: string | null; orders: number }>(
    site,
    sql`select stage, state, error_code as code, count(*)::int as orders from outbox
        where state in ('waiting', 'dispatched') or (state = 'failed' and batch_id in ${ofBox(box)}
          and stage not in ('split-pages', 'examine-page')) group by 1, 2, 3`,
  )
  const isIdle = async () => {
    const queues = await site.house.queues()
    return Object.values(await queues.counts()).every(
      ({ waiting, active, delayed }) => waiting + active + delayed === 0,
    )
  }
  return [
    ...orders.map(({ stage, state, code, orders }) => `${orders} × ${stage} ${state} ${code ?? ''}`),
    ...((await comesTrue(isIdle, 60)) ? [] : ['the queue is not empty']),
  ]
}

/** No process is left of those that were killed, nor of what worked for them. */
async function noOrphans(site: Site): Promise<string[]> {
  const ours = async (): Promise<number[]> => {
    const found: number[] = []
    const wanted = site.crew.pids()
    for (const pid of (await readdir('/proc')).filter((one) => /^\d+$/.test(one)).map(Number)) {
      const environment = await readFile(`/proc/${pid}/environ`, 'latin1').catch(() => '')
      if (environment.includes(`SCELLE_CONFIG=${site.configFile}`) && !wanted.has(pid)) found.push(pid)
    }
    return found
  }
  const lonely = async () => {
    const all = await parsers()
    const alive = new Set((await readdir('/proc')).map(Number))
    return all.filter(({ owner }) => !alive.has(owner)).map(({ pid }) => pid)
  }
  const isClean = async () => (await ours()).length === 0 && (await lonely()).length === 0
  return (await comesTrue(isClean, 30)) ? [] : ['processes are left of workers that were killed']
}
