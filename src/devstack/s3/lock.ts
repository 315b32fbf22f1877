import { Refusal } from './refusal.ts'

/** The rules of S3 Object Lock, pure (docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html). */
export type LockMode = 'COMPLIANCE' | 'GOVERNANCE'
export type Retention = { readonly mode: LockMode; readonly until: string }
export type DefaultRetention = { readonly mode: LockMode; readonly days: number }
export type Lock = { readonly retention?: Retention | undefined; readonly legalHold: boolean }

export const isLockMode = (mode: string | undefined): mode is LockMode =>
  mode === 'COMPLIANCE' || mode === 'GOVERNANCE'

const isActive = (retention: Retention | undefined, now: Date): retention is Retention =>
  retention !== undefined && Date.parse(retention.until) > now.getTime()

/** May this very version be deleted for good? A delete marker on top of it always may be set. */
export function mayDeleteVersion(lock: Lock, now: Date, bypassGovernance: boolean): boolean {
  if (lock.legalHold) return false
  if (!isActive(lock.retention, now)) return true
  return lock.retention.mode === 'GOVERNANCE' && bypassGovernance
}

/** COMPLIANCE can only be lengthened; GOVERNANCE is loosened only by whoever may bypass it. */
export function mayChangeRetention(
  present: Retention | undefined,
  wanted: Retention | undefined,
  now: Date,
  bypassGovernance: boolean,
): boolean {
  if (!isActive(present, now)) return true
  if (present.mode === 'GOVERNANCE' && bypassGovernance) return true
  if (!wanted || Date.parse(wanted.until) < Date.parse(present.until)) return false
  return present.mode === 'GOVERNANCE' || wanted.mode === 'COMPLIANCE'
}

/** A retention as asked for. @throws Refusal when it is incomplete, malformed or not in the future */
export function readRetention(
  mode: string | undefined,
  until: string | undefined,
  now: Date,
): Retention | undefined {
  if (mode === undefined && until === undefined) return undefined
  if (!isLockMode(mode) || until === undefined || Number.isNaN(Date.parse(until)))
    throw new Refusal('InvalidArgument', 'A retention needs a mode and a retain-until date')
  const retention = { mode, until: new Date(until).toISOString() }
  if (!isActive(retention, now))
    throw new Refusal('InvalidArgument', 'The retain until date must be in the future!')
  return retention
}

export const retentionByDefault = (
  standard: DefaultRetention | undefined,
  now: Date,
): Retention | undefined =>
  standard && {
    mode: standard.mode,
    until: new Date(now.getTime() + standard.days * 86_400_000).toISOString(),
  }
