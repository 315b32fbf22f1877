import { Failure } from '../../domain/failure.ts'
import { verifyToken } from '../../domain/timestamps/verify-token.ts'
import type { Clock } from '../../ports.ts'
import { formatRequest, nonceOf, readAnswer } from './request.ts'

export type AuthorityOptions = {
  /** How the configuration calls it. */
  readonly name: string
  readonly url: string
  /** Asked for, and the only one that is accepted. */
  readonly policy?: string | undefined
  /** Certificates in DER that tokens must lead up to. */
  readonly anchors: readonly Buffer[]
  /** Certificate revocation lists in DER. */
  readonly revocations?: readonly Buffer[]
  readonly timeoutMs: number
  /** How far from our clock the time of a fresh token may be. */
  readonly toleranceMs: number
  readonly username?: string | undefined
  readonly password?: string | undefined
}

export type Outside = { readonly clock: Clock; readonly random: (bytes: number) => Buffer }

/** Tokens have a few thousand bytes. */
const longestAnswer = 262_144

/**
 * Asks one authority for a token over the digest (RFC 3161 over HTTP, section 3.4), and verifies it.
 *
 * @throws Failure timestamp-away (facts: authority, reason), or what is wrong with the token (facts: authority)
 */
export async function askAuthority(
  authority: AuthorityOptions,
  digest: Buffer,
  { clock, random }: Outside,
  signal: AbortSignal,
): Promise<Buffer> {
  const { name, policy } = authority
  const nonce = nonceOf(random(8))
  const answer = await post(authority, formatRequest({ digest, nonce, policy }), signal)
  const read = readAnswer(answer)
  if (!read) throw new Failure('timestamp-malformed', { authority: name })
  if ('refused' in read) throw away(name, `refused-${read.refused}`)
  const verdict = await verifyToken(read.token, digest, authority.anchors, {
    ...{ at: clock.now(), nonce, toleranceMs: authority.toleranceMs },
    ...(policy ? { policies: [policy] } : {}),
    ...(authority.revocations ? { revocations: authority.revocations } : {}),
  })
  if (!verdict.isGood) throw new Failure(verdict.fault, { authority: name })
  return Buffer.from(read.token)
}

async function post(
  { name, url, timeoutMs, username, password }: AuthorityOptions,
  body: Uint8Array<ArrayBuffer>,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const late = AbortSignal.timeout(timeoutMs)
  try {
    const response = await fetch(url, {
      method: 'POST',
      body,
      redirect: 'error',
      headers: {
        'content-type': 'application/timestamp-query',
        accept: 'application/timestamp-reply',
        ...(username === undefined ? {} : { authorization: basic(username, password ?? '') }),
      },
      signal: AbortSignal.any([signal, late]),
    })
    if (!response.ok) {
      await response.body?.cancel()
      throw away(name, `http-${response.status}`)
    }
    return await limited(response, name)
  } catch (error) {
    if (error instanceof Failure) throw error
    if (signal.aborted) throw new Failure('cancelled', {}, { cause: error })
    throw away(name, late.aborted ? 'too-slow' : 'no-connection', error)
  }
}

async function limited(response: Response, name: string): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  let length = 0
  for await (const part of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    length += part.length
    if (length > longestAnswer) throw new Failure('timestamp-malformed', { authority: name })
    parts.push(part)
  }
  return Buffer.concat(parts)
}

const basic = (username: string, password: string): string =>
  `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`

const away = (authority: string, reason: string, cause?: unknown): Failure =>
  new Failure('timestamp-away', { authority, reason }, cause === undefined ? undefined : { cause })
