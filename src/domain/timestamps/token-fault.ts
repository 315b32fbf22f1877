import type { FailureCode } from '../failures.ts'

/** Everything that can be wrong with a token, each by its code in the one table of failures. */
export const tokenFaults = [
  'timestamp-malformed',
  'timestamp-of-other-data',
  'timestamp-nonce-differs',
  'timestamp-policy-wrong',
  'timestamp-signature-wrong',
  'timestamp-authority-unknown',
  'timestamp-certificate-expired',
  'timestamp-certificate-unfit',
  'timestamp-certificate-revoked',
  'timestamp-algorithm-refused',
  'timestamp-time-wrong',
  'timestamp-lapsed',
] as const satisfies readonly FailureCode[]
export type TokenFault = (typeof tokenFaults)[number]

/** Thrown inside this room only. */
export class TokenRefused extends Error {
  override readonly name = 'TokenRefused'
  readonly fault: TokenFault

  constructor(fault: TokenFault) {
    super(fault)
    this.fault = fault
  }
}
