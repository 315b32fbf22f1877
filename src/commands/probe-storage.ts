import { randomBytes } from 'node:crypto'
import {
  clockSighting,
  judgeStorage,
  lockSighting,
  refusalSighting,
  type Sighting,
  type Sightings,
  type StorageFeature,
  storageFeatures,
  type StorageJudgement,
  type StorageUse,
} from '../domain/storage.ts'
import { asFailure } from '../domain/failure.ts'
import type { Clock, StorageTrial } from '../ports.ts'

export type Prober = {
  readonly trial: StorageTrial
  readonly clock: Clock
  /** Waits; a probe sleeps until its own locks have ended, to clean up behind itself. */
  readonly pause: (milliseconds: number) => Promise<void>
  /** How long the objects of the probe are locked. */
  readonly lockMs: number
}

export type ProbeReport = StorageJudgement & {
  /** Their clock minus ours; null when the storage does not tell its time. */
  readonly clockSkewMs: number | null
  /** Versions under `probe/` that could not be deleted again. */
  readonly left: number
}

/** Parts are of 5 MiB at least, but the last. */
const partsBytes = 5 * 1024 ** 2 + 4_096

/**
 * Tries with objects of its own under `probe/` what a storage does, and judges whether it is fit. Takes about twice `lockMs`.
 * Nothing else in the bucket is read or changed.
 */
export async function probeStorage(use: StorageUse, prober: Prober): Promise<ProbeReport> {
  const seen: Partial<Record<StorageFeature, Sighting>> = {}
  const judged = (clockSkewMs: number | null, left: number): ProbeReport => ({
    ...judgeStorage(use, completed(seen)),
    clockSkewMs,
    left,
  })
  const time = await prober.trial.time().catch((error: unknown) => error)
  if (!isTime(time)) {
    seen.reachable = { seen: 'no', reason: reasonOf(time) }
    return judged(null, 0)
  }
  seen.reachable = { seen: 'yes' }
  const skew = time.theirs ? time.theirs.getTime() - time.ours.getTime() : undefined
  if (skew !== undefined) seen.clock = clockSighting(skew)

  const folder = `probe/${randomBytes(8).toString('hex')}/`
  const bench = { ...prober, folder, skew: skew ?? 0 }
  Object.assign(seen, await tryWriting(bench), await tryLocks(bench))
  return judged(skew === undefined ? null : Math.round(skew), await cleanUp(bench))
}

type Bench = Prober & { readonly folder: string; readonly skew: number }

const isTime = (value: unknown): value is Awaited<ReturnType<StorageTrial['time']>> =>
  typeof value === 'object' && value !== null && 'ours' in value

const completed = (seen: Partial<Sightings>): Sightings =>
  Object.fromEntries(
    storageFeatures.map((feature) => [feature, seen[feature] ?? { seen: 'unknown', reason: 'not-tried' }]),
  ) as Sightings

/** The storage's time. */
const theirNow = ({ clock, skew }: Bench): number => clock.now().getTime() + skew
const soon = (bench: Bench): Date => new Date(theirNow(bench) + bench.lockMs)

async function tryWriting(bench: Bench): Promise<Partial<Sightings>> {
  const { trial, folder } = bench
  const body = randomBytes(1_000)
  const locks = await trial.keepsLocks().catch(() => false)
  /** Where the bucket would lock for long by default, a short lock of our own takes its place. */
  const brief = () => (locks ? { retainUntil: soon(bench) } : {})
  const plain = `${folder}plain`
  const wasPut = await sighting(async () => (await trial.put(plain, body, brief()), true))
  if (wasPut.seen !== 'yes') return { reachable: wasPut }
  const refusesDamage = (damaged: 'checksum' | 'body') =>
    sighting(() => isRefused(() => trial.put(`${folder}${damaged}`, body, { ...brief(), damaged })))
  return {
    versioning: await sighting(() => trial.keepsVersions()),
    range: await sighting(async () =>
      (await trial.read(plain, { from: 100, to: 199 })).equals(body.subarray(100, 200)),
    ),
    'conditional-put': await sighting(() =>
      isRefused(() => trial.put(plain, body, { ...brief(), onlyIfAbsent: true }), 'precondition-failed'),
    ),
    checksum: await refusesDamage('checksum'),
    'signed-body': await refusesDamage('body'),
    ...(await tryParts(bench, locks)),
  }
}

async function tryParts(bench: Bench, locks: boolean): Promise<Partial<Sightings>> {
  const { trial, folder } = bench
  const key = `${folder}parts`
  const body = randomBytes(partsBytes)
  const until = soon(bench)
  let version: string | undefined
  const multipart = await sighting(async () => {
    version = await trial.putInParts(key, body, locks ? until : undefined)
    return (await trial.read(key)).equals(body)
  })
  if (!locks || multipart.seen !== 'yes') return { multipart }
  const lock = await sighting(async () => lockSighting(until, (await trial.find(key, version))?.retainUntil))
  return { multipart, 'lock-of-parts': lock }
}

async function tryLocks(bench: Bench): Promise<Partial<Sightings>> {
  const { trial, folder } = bench
  const enabled = await sighting(() => trial.keepsLocks())
  if (enabled.seen !== 'yes')
    return {
      'object-lock': enabled.seen === 'no' ? { ...enabled, reason: 'object-lock-not-enabled' } : enabled,
    }
  const [locked, held, body] = [`${folder}locked`, `${folder}held`, Buffer.from('probe')]
  const first = soon(bench)
  const last = new Date(first.getTime() + bench.lockMs)
  let version: string | undefined
  const lock = await sighting(async () => {
    version = await trial.put(locked, body, { retainUntil: first })
    return lockSighting(first, (await trial.find(locked, version))?.retainUntil)
  })
  if (version === undefined) return { 'object-lock': lock }
  let heldVersion: string | undefined
  const hold = await sighting(async () => {
    heldVersion = await trial.put(held, body, { retainUntil: first, legalHold: true })
    return true
  })
  const lengthened = await sighting(async () => {
    await trial.retain(locked, version, last)
    return lockSighting(last, (await trial.find(locked, version))?.retainUntil)
  })
  const shorter = new Date((first.getTime() + last.getTime()) / 2)
  const kept = lengthened.seen === 'yes' ? last : first
  const notShortened = await sighting(async () => {
    await isRefused(() => trial.retain(locked, version, shorter))
    return lockSighting(kept, (await trial.find(locked, version))?.retainUntil)
  })
  const eraseRefused = await refusal(() => trial.erase(locked, version))
  const tooSlow = theirNow(bench) >= kept.getTime()

  await bench.pause(Math.max(0, last.getTime() - theirNow(bench)) + 1_500)
  const holdRefused = await refusal(() => trial.erase(held, heldVersion))
  if (heldVersion) await trial.hold(held, heldVersion, 'OFF').catch(() => undefined)
  const erased = !(await isRefused(() => trial.erase(locked, version)).catch(() => true))
  const refusedByLock = (refused: Sighting): Sighting =>
    refused.seen === 'unknown' ? refused : refusalSighting(refused.seen === 'yes', erased)
  return {
    'object-lock': lock,
    'lock-lengthened': lengthened,
    'lock-not-shortened': lengthened.seen === 'yes' ? slowness(notShortened, tooSlow) : lengthened,
    'deletion-refused': slowness(refusedByLock(eraseRefused), tooSlow),
    'legal-hold': hold.seen === 'yes' ? refusedByLock(holdRefused) : hold,
  }
}

/** A lock that ended before it was tried proves nothing. */
const slowness = (sighted: Sighting, tooSlow: boolean): Sighting =>
  tooSlow ? { seen: 'unknown', reason: 'too-slow' } : sighted

const refusal = (work: () => Promise<unknown>): Promise<Sighting> => sighting(() => isRefused(work))

/** True when the storage says no, for that reason if one is given; any other trouble is thrown on. */
async function isRefused(work: () => Promise<unknown>, because?: string): Promise<boolean> {
  try {
    await work()
    return false
  } catch (error) {
    if (asFailure(error).code === 'storage-refused' && reasonOf(error) === (because ?? reasonOf(error)))
      return true
    throw error
  }
}

async function sighting(look: () => Promise<boolean | Sighting>): Promise<Sighting> {
  try {
    const found = await look()
    return typeof found === 'boolean' ? { seen: found ? 'yes' : 'no' } : found
  } catch (error) {
    const reason = reasonOf(error)
    // Who may not look has not seen that there is nothing.
    const isNo =
      asFailure(error).code === 'storage-refused' ? reason !== 'access-denied' : reason === 'not-implemented'
    return { seen: isNo ? 'no' : 'unknown', reason }
  }
}

const reasonOf = (error: unknown): string => {
  const { code, facts } = asFailure(error)
  return String(facts['reason'] ?? code)
}

/** How many versions could not be deleted. */
async function cleanUp({ trial, folder }: Bench): Promise<number> {
  let left = 0
  for await (const { key, version } of trial.versions(folder))
    await trial.erase(key, version).catch(() => left++)
  return left
}
