import type { S3Request } from './request.ts'
import type { Signed } from './signature.ts'
import type { Store } from './store.ts'
import type { takeTurns } from './turns.ts'

/** One verified request and what answers it. */
export type Call = {
  readonly request: S3Request
  readonly signed: Signed
  readonly store: Store
  readonly now: Date
  readonly inTurn: ReturnType<typeof takeTurns>
}

export type Answer = {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly xml?: string
  /** Bytes of a file, both ends included. */
  readonly content?: { readonly path: string; readonly from: number; readonly to: number }
}

export type Operation = (call: Call) => Promise<Answer>
