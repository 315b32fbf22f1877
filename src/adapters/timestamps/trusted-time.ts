import type { Failure } from '../../domain/failure.ts'
import type { TimestampAuthority } from '../../evidence-ports.ts'
import { openTimestampAuthorities } from './authorities.ts'
import type { AuthorityOptions, Outside } from './authority.ts'
import { readAnchors, readRevocations } from './trust.ts'

/** Files are absolute. */
export type TrustedTimeOptions = {
  readonly authorities: readonly (Pick<
    AuthorityOptions,
    'name' | 'url' | 'policy' | 'username' | 'password'
  > & {
    readonly anchors: string
    readonly timeoutSeconds: number
  })[]
  readonly formerAnchors: readonly string[]
  readonly revocations: readonly string[]
  readonly toleranceSeconds: number
}

export type TrustedTime = {
  /** None where no authority is configured. */
  readonly authority: TimestampAuthority | undefined
  /** Of all authorities, also those that are asked no more. DER. */
  readonly anchors: readonly Buffer[]
  readonly revocations: readonly Buffer[]
}

/** Whom the house believes about time. @throws Failure configuration-invalid */
export function openTrustedTime(
  options: TrustedTimeOptions,
  outside: Outside,
  onFailure: (failure: Failure) => void,
): TrustedTime {
  const revocations = options.revocations.flatMap((file, at) =>
    readRevocations(file, `timestamps.revocations.${at}`),
  )
  const authorities = options.authorities.map(({ anchors, timeoutSeconds, ...authority }, at) => ({
    ...authority,
    ...{ timeoutMs: timeoutSeconds * 1000, toleranceMs: options.toleranceSeconds * 1000, revocations },
    anchors: readAnchors(anchors, `timestamps.authorities.${at}.anchors`),
  }))
  const former = options.formerAnchors.flatMap((file, at) =>
    readAnchors(file, `timestamps.formerAnchors.${at}`),
  )
  return {
    authority: authorities.length > 0 ? openTimestampAuthorities(authorities, outside, onFailure) : undefined,
    anchors: [...authorities.flatMap(({ anchors }) => anchors), ...former],
    revocations,
  }
}
