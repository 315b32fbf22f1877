import { Failure } from '../domain/failure.ts'
import { checkTiles, type TileFinding } from '../ledger/check-tiles.ts'
import { verifierOf } from '../ledger/note.ts'
import type { LedgerSigner, ObjectStore } from '../ports.ts'
import type { LedgerStore } from '../records.ts'
import { contentOf, publishedHead } from './guard-ledger.ts'
import { tileKey } from './publish-ledger.ts'

/** How far one archive is. */
export type PublishedState = {
  readonly archive: string
  /** Entries under the head that it shows; 0 when it shows none. */
  readonly size: number
}

/** What is wrong with what an archive shows; paths are object keys there. */
export type PublicationFinding =
  | (TileFinding extends infer One ? One & { readonly archive: string } : never)
  /** The head that it shows is not readable, or not signed by us. */
  | { readonly kind: 'published-checkpoint-invalid'; readonly archive: string; readonly reason: string }
  /** The database did not sign this head: it was restored, or the archive is another ledger's. */
  | { readonly kind: 'published-head-unknown'; readonly archive: string; readonly size: number }

/** Derives what each archive shows from its own bundles, and compares it with its own head, and that with ours. */
export async function verifyPublication(
  ledger: Pick<LedgerStore, 'headAt'>,
  signer: Pick<LedgerSigner, 'name' | 'publicKey'>,
  archives: Readonly<Record<string, ObjectStore>>,
): Promise<{ readonly states: readonly PublishedState[]; readonly findings: readonly PublicationFinding[] }> {
  const states: PublishedState[] = []
  const findings: PublicationFinding[] = []
  for (const [name, archive] of Object.entries(archives)) {
    const head = await openedHead(name, archive, signer, findings)
    states.push({ archive: name, size: head?.size ?? 0 })
    if (!head) continue
    const own = head.size === 0 ? head : await ledger.headAt(head.size)
    if (!own?.root.equals(head.root))
      findings.push({ kind: 'published-head-unknown', archive: name, size: head.size })
    for await (const finding of checkTiles(head, (tile) => contentOf(archive, tileKey(tile))))
      findings.push({ ...finding, archive: name })
  }
  return { states, findings }
}

async function openedHead(
  name: string,
  archive: ObjectStore,
  signer: Pick<LedgerSigner, 'name' | 'publicKey'>,
  findings: PublicationFinding[],
): ReturnType<typeof publishedHead> {
  try {
    return await publishedHead(archive, [verifierOf(signer)])
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== 'checkpoint-invalid') throw error
    const reason = String(error.facts.reason)
    findings.push({ kind: 'published-checkpoint-invalid', archive: name, reason })
    return undefined
  }
}
