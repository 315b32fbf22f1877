import { randomBytes } from 'node:crypto'
import { Failure } from '../../domain/failure.ts'
import type { KeyStore } from '../../key-ports.ts'
import type { Link } from './link.ts'
import { Fault } from './protocol.ts'

/** How keys are called in the token; an epoch's number follows the master's. */
export type KeyLabels = { readonly master: string; readonly index: string }

const nonceBytes = 12
const tagBytes = 16
/** Another process may have made a new epoch: until this one looks again it wraps under the former. */
const lookAgainMs = 30_000
/** A derived key is asked for with every patient that is looked for. */
const rememberMs = 60_000
const rememberMost = 256

/**
 * Master keys that never leave an HSM. A wrapped key looks as the local file's does: nonce (12) ‖ AES-256-GCM ciphertext ‖
 * tag (16), with epoch and context as additional data. The index key in the token is HKDF's pseudorandom key, so that
 * `derive` is one HMAC inside (RFC 5869 §2.3) and gives what the local file gives.
 */
export function openPkcs11Keys(link: Link, labels: KeyLabels): KeyStore {
  const labelOf = (epoch: number): string => `${labels.master}-${epoch}`
  let hasIndex = false
  let seen: { readonly epochs: readonly number[]; readonly until: number } | undefined
  const look = async (): Promise<readonly number[]> => {
    const found = await link.ask<string[]>({ does: 'list', of: 'aes' })
    const epochs = found.flatMap((label) => epochIn(label, labels.master)).sort((one, other) => one - other)
    seen = { epochs, until: performance.now() + lookAgainMs }
    return epochs
  }
  const epochs = (): Promise<readonly number[]> | readonly number[] =>
    seen && performance.now() < seen.until ? seen.epochs : look()
  const wrapUnder = async (epoch: number | undefined, key: Buffer, context: string) => {
    if (epoch === undefined) throw new Failure('key-provider-refused', { reason: 'master-key-missing' })
    const nonce = randomBytes(nonceBytes)
    const sealed = await link.ask<Buffer>({
      does: 'encrypt',
      label: labelOf(epoch),
      ...{ nonce, context: bind(epoch, context), content: key },
    })
    return { wrapped: Buffer.concat([nonce, sealed]), epoch }
  }
  const derived = rememberDerived(async (info) => {
    const content = Buffer.concat([Buffer.from(info), Buffer.of(1)])
    return link
      .ask<Buffer>({ does: 'authenticate', label: labels.index, content })
      .catch(onFault('absent', () => new Failure('index-key-missing')))
  })
  return {
    kind: 'pkcs11',
    async wrap(key, context) {
      try {
        return await wrapUnder((await epochs()).at(-1), key, context)
      } catch (error) {
        if (!(error instanceof Fault) || error.kind !== 'absent') throw error
        return wrapUnder((await look()).at(-1), key, context)
      }
    },
    async unwrap({ wrapped, epoch }, context) {
      if (wrapped.length < nonceBytes + tagBytes) throw new Failure('key-mismatch', { epoch })
      return link
        .ask<Buffer>({
          does: 'decrypt',
          label: labelOf(epoch),
          nonce: wrapped.subarray(0, nonceBytes),
          context: bind(epoch, context),
          content: wrapped.subarray(nonceBytes),
        })
        .catch(onFault('absent', () => new Failure('key-epoch-unknown', { epoch })))
        .catch(onFault('damaged', () => new Failure('key-mismatch', { epoch })))
    },
    derive: derived,
    epochs: look,
    async makeEpoch(epoch) {
      await link.ask({ does: 'make-key', label: labelOf(epoch) }).catch(onFault('exists', alreadyThere))
      seen = undefined
    },
    async destroyEpoch(epoch) {
      seen = undefined
      await link.ask({ does: 'destroy-key', label: labelOf(epoch) }).catch(onFault('absent', () => undefined))
    },
    // What is there stays there.
    hasIndexKey: async () =>
      (hasIndex ||= (await link.ask<string[]>({ does: 'list', of: 'generic-secret' })).includes(
        labels.index,
      )),
    async makeIndexKey(root) {
      await link
        .ask({ does: 'make-secret', label: labels.index, ...(root ? { value: root } : {}) })
        .catch(onFault('exists', alreadyThere))
    },
    indexRoot: async () => undefined,
  }
}

const alreadyThere = () => new Failure('already-registered', { kind: 'key' })

/** Additional data: unambiguous, because an epoch is written in digits. */
const bind = (epoch: number, context: string): Buffer => Buffer.from(`scelle/v1/wrap/${epoch}/${context}`)

function epochIn(label: string, prefix: string): number[] {
  const digits = label.startsWith(`${prefix}-`) ? label.slice(prefix.length + 1) : ''
  return /^[1-9]\d{0,8}$/.test(digits) ? [Number(digits)] : []
}

/** Another failure in the place of a fault; none, where that is no failure at all. */
const onFault =
  (kind: Fault['kind'], failure: () => Failure | undefined) =>
  (error: unknown): never => {
    if (!(error instanceof Fault) || error.kind !== kind) throw error
    const instead = failure()
    if (instead) throw instead
    return undefined as never
  }

function rememberDerived(derive: (info: string) => Promise<Buffer>): (info: string) => Promise<Buffer> {
  const kept = new Map<string, { readonly key: Promise<Buffer>; readonly until: number }>()
  return async (info) => {
    const there = kept.get(info)
    if (there && performance.now() < there.until) return Buffer.from(await there.key)
    const key = derive(info)
    kept.set(info, { key, until: performance.now() + rememberMs })
    key.catch(() => kept.delete(info))
    if (kept.size > rememberMost) kept.delete(kept.keys().next().value!)
    return Buffer.from(await key)
  }
}
