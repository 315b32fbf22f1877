import path from 'node:path'
import { Failure } from '../../domain/failure.ts'

/** The function by which a confined module shows, on a small file of its own, that all it needs is there. */
export const proof = 'prove'

/** A proof holds for so long where nothing died. */
const keptMs = 60_000

/** Proofs that it is not our fault when a file cannot be read: libraries are there, processes can be started. */
export type Proofs = {
  /** @throws Failure reader-broken, cancelled */
  require(module: string, options: { readonly isFresh: boolean }, signal?: AbortSignal): Promise<void>
}

export function createProofs(attempt: (module: string, signal?: AbortSignal) => Promise<void>): Proofs {
  const proved = new Map<string, number>()
  return {
    async require(module, { isFresh }, signal) {
      const at = proved.get(module)
      if (!isFresh && at !== undefined && performance.now() - at < keptMs) return
      proved.delete(module)
      try {
        await attempt(module, signal)
      } catch (cause) {
        if (cause instanceof Failure && cause.code === 'cancelled') throw cause
        throw new Failure('reader-broken', { reader: nameOf(module) }, { cause })
      }
      proved.set(module, performance.now())
    },
  }
}

/** The room that a module is in; ours, so that it says nothing of anybody. */
const nameOf = (module: string): string =>
  module.startsWith('file:') ? path.posix.basename(path.posix.dirname(module)) : 'unknown'
