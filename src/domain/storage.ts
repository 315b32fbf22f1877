/** What a storage can be seen to do. */
export const storageFeatures = [
  'reachable',
  'clock',
  'versioning',
  'object-lock',
  'lock-lengthened',
  'lock-not-shortened',
  'deletion-refused',
  'legal-hold',
  'lock-of-parts',
  'conditional-put',
  'checksum',
  'signed-body',
  'multipart',
  'range',
] as const
export type StorageFeature = (typeof storageFeatures)[number]

/** Unknown: it could not be tried, or what was seen has another explanation. `reason` is a code. */
export type Sighting = { readonly seen: 'yes' | 'no' | 'unknown'; readonly reason?: string }
export type Sightings = Readonly<Record<StorageFeature, Sighting>>

/** `unlocked-archive`: the controller chose to lock nothing (`retention.lockDays` 0). */
export type StorageUse = 'archive' | 'unlocked-archive' | 'staging'

/** Without these a storage is not fit; what else is missing, Scellé makes good or does without. */
const required: Readonly<Record<StorageUse, readonly StorageFeature[]>> = {
  archive: [
    'reachable',
    'versioning',
    'object-lock',
    'lock-lengthened',
    'lock-not-shortened',
    'deletion-refused',
    'multipart',
    'range',
  ],
  'unlocked-archive': ['reachable', 'multipart', 'range'],
  staging: ['reachable', 'multipart', 'range'],
}

const locking: readonly StorageFeature[] = [
  'object-lock',
  'lock-lengthened',
  'lock-not-shortened',
  'deletion-refused',
  'legal-hold',
  'lock-of-parts',
]
/** What a use has nothing to do with: staging is there to be destroyed, and better without versions and locks. */
const beside: Readonly<Record<StorageUse, readonly StorageFeature[]>> = {
  archive: [],
  'unlocked-archive': locking,
  staging: [...locking, 'versioning', 'conditional-put'],
}

export type JudgedFeature = Sighting & { readonly feature: StorageFeature; readonly required: boolean }
export type StorageJudgement = {
  /** `no`: a required feature is missing. `unproven`: one could not be seen. */
  readonly fit: 'yes' | 'no' | 'unproven'
  readonly features: readonly JudgedFeature[]
}

/** Whether a storage may be used so, and what of it is missing. */
export function judgeStorage(use: StorageUse, sightings: Sightings): StorageJudgement {
  const features = storageFeatures
    .filter((feature) => !beside[use].includes(feature))
    .map((feature) => ({ feature, required: required[use].includes(feature), ...sightings[feature] }))
  const needed = features.filter((one) => one.required).map(({ seen }) => seen)
  return {
    fit: needed.includes('no') ? 'no' : needed.includes('unknown') ? 'unproven' : 'yes',
    features,
  }
}

/** Locks are reckoned by our clock and enforced by the storage's: a minute apart is a lock of a minute less. */
const mostSkewMs = 60_000

export const clockSighting = (skewMs: number): Sighting =>
  Math.abs(skewMs) <= mostSkewMs ? { seen: 'yes' } : { seen: 'no', reason: 'clocks-differ' }

/** Storages may keep whole seconds only. */
const precisionMs = 1_000

/** Is the lock that was asked for the lock that is kept? */
export const lockSighting = (asked: Date, kept: Date | undefined): Sighting => {
  if (!kept) return { seen: 'no', reason: 'not-kept' }
  const differs = Math.abs(kept.getTime() - asked.getTime()) >= precisionMs
  return differs ? { seen: 'no', reason: 'kept-otherwise' } : { seen: 'yes' }
}

/** A refusal counts only when it is the lock that refuses: the same deletion must pass once nothing locks any more. */
export const refusalSighting = (refused: boolean, passedLater: boolean): Sighting =>
  !refused
    ? { seen: 'no' }
    : passedLater
      ? { seen: 'yes' }
      : { seen: 'unknown', reason: 'may-not-delete-at-all' }
