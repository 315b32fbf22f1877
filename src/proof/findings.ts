import type { CustodyEventType } from '../domain/custody.ts'

/** What can be wrong with a proof file, each about one file of it; or with it beside a head that was kept from before. */
export const findingCodes = [
  'file-invalid',
  'packing-changed',
  'manifest-malformed',
  'key-malformed',
  'file-missing',
  'file-changed',
  'file-unlisted',
  'entry-malformed',
  'entry-misplaced',
  'entry-foreign',
  'inclusion-invalid',
  'checkpoint-invalid',
  'cosigner-unknown',
  'checkpoints-differ',
  'ledger-unknown',
  'token-invalid',
  'certificate-differs',
  'certificate-invalid',
  'revocations-malformed',
  'kept-invalid',
  'kept-foreign',
  'ledger-shrank',
  'ledger-contradicts',
  'consistency-invalid',
] as const
export type FindingCode = (typeof findingCodes)[number]

/** `reason` is a code of whoever looked: a note's, a proof's or a token's. */
export type Finding = {
  readonly code: FindingCode
  readonly path: string
  readonly reason?: string
  readonly type?: CustodyEventType
}
