import type { KeyProvider } from './ports.ts'

/** One place where master keys live, as whoever rotates them sees it. */
export interface KeyStore extends KeyProvider {
  readonly kind: 'local' | 'pkcs11'
  /** Epochs whose key is there, ascending. @throws Failure key-unavailable */
  epochs(): Promise<readonly number[]>
  /** Makes the master key of an epoch. @throws Failure already-registered, key-unavailable, key-store-full */
  makeEpoch(epoch: number): Promise<void>
  /** Destroys the master key of an epoch for good; one that is not there is none. @throws Failure key-unavailable */
  destroyEpoch(epoch: number): Promise<void>
  hasIndexKey(): Promise<boolean>
  /** Takes the root that `indexRoot` gave, or makes one. @throws Failure already-registered, key-unavailable, key-store-full */
  makeIndexKey(root?: Buffer): Promise<void>
  /** What every derived key follows from, where it can leave: HKDF's pseudorandom key (RFC 5869 §2.2). */
  indexRoot(): Promise<Buffer | undefined>
}
