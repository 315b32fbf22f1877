import { Failure } from '../domain/failure.ts'
import { verifyConsistency } from './proofs.ts'
import { emptyRoot } from './tree.ts'

/** Why something of a ledger was refused. @throws whatever is no refusal */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Failure)) throw error
  return String(error.facts.reason ?? error.code)
}

type Head = { readonly size: number; readonly root: Buffer }

/** Why a proof does not show that one head goes on from another; undefined where it does. */
export function inconsistency(former: Head, head: Head, proof: readonly Buffer[]): string | undefined {
  if (head.size === 0 && !head.root.equals(emptyRoot)) return 'root-differs'
  try {
    verifyConsistency({
      ...{ first: former.size, firstRoot: former.root },
      ...{ second: head.size, secondRoot: head.root, proof },
    })
    return undefined
  } catch (error) {
    return reasonOf(error)
  }
}
