import type { CustodyEventType } from '../domain/custody.ts'
import type { ProofSubject } from './proof-file.ts'

/** What a statement says, in one language. */
export type Words = {
  readonly locale: string
  readonly title: string
  readonly subject: Readonly<Record<ProofSubject['kind'], string>>
  madeAt(when: string): string
  readonly proven: {
    readonly title: string
    inclusion(entries: number, size: number): string
    span(from: string, to: string): string
    timestamp(authority: string, when: string): string
    attested(batchId: string, signer: string, seq: number, when: string | undefined): string
    /** Names of a document's parts; another one is told by its code. */
    readonly parts: Readonly<Record<string, string>>
    content(part: string, version: number, bytes: number | undefined): string
    sealed(when: string, seq: number): string
    stamped(authority: string, when: string): string
    deposited(when: string, seq: number): string
    verified(when: string, seq: number): string
    readonly notVerified: string
    digest(name: string, value: string): string
  }
  readonly by: {
    readonly title: string
    ledger(name: string, fingerprint: string): string
    witness(name: string, when: string): string
    readonly noWitness: string
    authority(name: string): string
    readonly noAuthority: string
  }
  readonly notProven: { readonly title: string; readonly list: readonly string[] }
  readonly check: { readonly title: string; readonly list: readonly string[] }
  readonly chronology: string
  readonly events: Readonly<Record<CustodyEventType, string>>
}
