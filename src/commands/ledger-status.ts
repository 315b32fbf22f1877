import { asFailure, Failure } from '../domain/failure.ts'
import type { FailureCode } from '../domain/failures.ts'
import type { LedgerStore } from '../records.ts'
import type { Witness } from './ask-witnesses.ts'
import { diagnoseLedger, type Standing } from './recover-ledger.ts'
import type { LedgerInArchives } from './published-heads.ts'
import { verifyCosignatures, type WitnessedState } from './verify-publication.ts'

export type LedgerStatus = {
  readonly size: number
  readonly signedAt: Date | null
  /** Events that have no place yet. */
  readonly waiting: number
  /** Entries under a head that every archive shows. */
  readonly published: number
  /** How each archive stands to the database; a code where it does not answer. */
  readonly archives: Readonly<
    Record<string, Standing | { readonly kind: 'away'; readonly code: FailureCode }>
  >
  readonly witnesses: readonly WitnessedState[]
}

/** How far the ledger, its publication and its witnesses are. Whatever is away is told as such. */
export async function ledgerStatus(
  house: LedgerInArchives & { readonly ledger: LedgerStore },
  witnesses: readonly Witness[],
): Promise<LedgerStatus> {
  const { ledger, archives } = house
  const head = await ledger.head()
  const standings: Record<string, LedgerStatus['archives'][string]> = {}
  for (const [name, archive] of Object.entries(archives))
    standings[name] = await diagnoseLedger({ ...house, archives: { [name]: archive } }).then(
      (diagnosis) => diagnosis.archives[name]!,
      (error: unknown) => {
        if (error instanceof Failure) return { kind: 'away' as const, code: error.code }
        throw asFailure(error)
      },
    )
  return {
    size: head?.size ?? 0,
    signedAt: head?.at ?? null,
    waiting: await ledger.waiting(),
    published: (await ledger.publishedHead())?.size ?? 0,
    archives: standings,
    witnesses: (await verifyCosignatures(ledger, witnesses)).states,
  }
}
