import { createHash } from 'node:crypto'
import type { AlgorithmEnds } from '../domain/algorithms.ts'
import { asFailure, Failure } from '../domain/failure.ts'
import type { FailureCode } from '../domain/failures.ts'
import { digestNameAt, imprintOf, renewalDue } from '../domain/timestamps/renewal.ts'
import { verifyToken } from '../domain/timestamps/verify-token.ts'
import type { TimestampAuthority } from '../evidence-ports.ts'
import type { Clock, ObjectStore } from '../ports.ts'
import type { TimedSubject, TimestampStore, TimestampToken } from '../records.ts'
import { atOnce } from './at-once.ts'

export type TimeKeeper = {
  readonly timestamps: TimestampStore
  readonly authority: TimestampAuthority
  /** Certificates in DER that tokens lead up to. */
  readonly anchors: readonly Buffer[]
  readonly archives: Readonly<Record<string, ObjectStore>>
  readonly clock: Clock
  /** Tokens asked for at a time. */
  readonly atOnce: number
  /** Evidence is renewed so long before it ends. */
  readonly renewBeforeDays: number
  readonly ends: AlgorithmEnds
}

export type TimeKept = {
  readonly stamped: number
  readonly renewed: number
  readonly archived: number
  /** How many could not be, by code. */
  readonly failed: Readonly<Partial<Record<FailureCode, number>>>
}

/** So many are looked up at once; the next round goes on with the rest. */
const atATime = 200

/**
 * Has stamped what waits for a token, renews evidence that ends soon, and copies tokens into the archives. A failure of one
 * hinders no other kind of work; once an authority is away, nothing more is asked in this round. It may be stopped anywhere
 * and run twice: what was done is not done again, and a token more does no harm.
 */
export async function keepTimestamps(keeper: TimeKeeper, signal: AbortSignal): Promise<TimeKept> {
  const { timestamps, clock, renewBeforeDays, ends } = keeper
  const failed: Failed = {}
  const due = renewalDue(clock.now(), renewBeforeDays, ends)
  const stamped = await stampAll(() => timestamps.waiting(atATime), keeper, failed, signal)
  const renewals = () => timestamps.due(due, atATime)
  const renewed = await stampAll(renewals, keeper, failed, signal)
  const archived = await copyAll(keeper, failed, signal)
  return { stamped, renewed, archived, failed }
}

type Failed = Partial<Record<FailureCode, number>>
type TimedCopy = TimedSubject & { readonly copy: TimestampToken }
type Stampable = TimedSubject & { readonly last?: TimestampToken }

/** Portion after portion, until none is left, one brings nothing new, or the authorities fail. */
async function stampAll(
  next: () => Promise<readonly Stampable[]>,
  keeper: TimeKeeper,
  failed: Failed,
  signal: AbortSignal,
): Promise<number> {
  for (let total = 0; ; ) {
    const portion = signal.aborted ? [] : await next()
    let done = 0
    let isOver = portion.length === 0
    const work = async (subject: Stampable) => {
      try {
        if (!isOver && (await stamp(subject, keeper, signal))) done++
      } catch (error) {
        isOver = true
        countFailure(failed, error)
      }
    }
    await atOnce(keeper.atOnce, portion, work, signal)
    total += done
    if (isOver || done === 0) return total
  }
}

async function copyAll(keeper: TimeKeeper, failed: Failed, signal: AbortSignal): Promise<number> {
  let done = 0
  const away = new Set<string | null>()
  const work = async (token: TimedCopy) => {
    if (away.has(token.storage)) return
    try {
      await copy(token, keeper)
      done++
    } catch (error) {
      away.add(token.storage)
      countFailure(failed, error)
    }
  }
  await atOnce(keeper.atOnce, keeper.timestamps.unarchived(), work, signal)
  return done
}

/** What ends with the process is no failure. */
const countFailure = (failed: Failed, error: unknown): void => {
  const { code } = asFailure(error)
  if (code !== 'cancelled') failed[code] = (failed[code] ?? 0) + 1
}

/** Of two who stamp the same, one is kept: false for the other. */
async function stamp(
  { last, ...subject }: Stampable,
  { timestamps, authority, anchors, clock, ends, renewBeforeDays }: TimeKeeper,
  signal: AbortSignal,
): Promise<boolean> {
  // What would be due for renewal at once is not asked for.
  const name = digestNameAt(renewalDue(clock.now(), renewBeforeDays, ends).before, ends)
  const imprint = Buffer.from(await imprintOf(subject, last?.token, name))
  const token = await authority.stamp(imprint, signal)
  const verdict = await verifyToken(token, imprint, anchors, { at: clock.now() })
  if (!verdict.isGood) throw new Failure(verdict.fault)
  const { at, certificateUntil, algorithms } = verdict.facts
  return timestamps.keep(subject, subject[name], {
    ...{ generation: (last?.generation ?? 0) + 1, token, at, certificateUntil, algorithms },
    authority: verdict.facts.authority,
  })
}

async function copy(
  { copy: token, ...subject }: TimedCopy,
  { archives, timestamps }: TimeKeeper,
): Promise<void> {
  const sha256 = createHash('sha256').update(token.token).digest('hex')
  const key = tokenKey(subject, token.generation, sha256)
  for (const archive of archivesOf(subject, archives)) {
    await archive.put(key, token.token, {
      ...{ bytes: token.token.length, sha256, onlyIfAbsent: true, mediaType: 'application/timestamp-token' },
    })
  }
  await timestamps.markArchived(subject, token.generation)
}

/** A head is in every archive, a document in one. */
export const archivesOf = (
  { storage }: TimedSubject,
  archives: Readonly<Record<string, ObjectStore>>,
): ObjectStore[] => {
  if (storage === null) return Object.values(archives)
  const archive = archives[storage]
  if (!archive)
    throw new Failure('configuration-invalid', { count: 1, faults: `archives.${storage}: missing` })
  return [archive]
}

/**
 * Apart from the documents, whose folder holds nothing but sealed objects. By the token's own digest, so that one that was
 * asked for after a database was restored does not stand in the way of the one that was there before.
 */
export const tokenKey = (
  { kind, subject, organisationId }: TimedSubject,
  generation: number,
  sha256: string,
): string => {
  const ending = `${generation}.${sha256.slice(0, 16)}.tst`
  if (kind === 'checkpoint') return `timestamps/checkpoints/${subject.padStart(16, '0')}/${ending}`
  const [documentId, part, version] = subject.split('/')
  return `timestamps/${organisationId}/${documentId}/v${version}.${part}.${ending}`
}
