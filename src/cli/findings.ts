import type { LedgerReport } from '../commands/verify-ledger.ts'

/** Anything that verifying the ledger can find. */
export type Finding = LedgerReport['findings'][number]
