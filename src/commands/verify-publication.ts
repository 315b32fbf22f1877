import { Failure } from '../domain/failure.ts'
import { checkTiles, type TileFinding } from '../ledger/check-tiles.ts'
import { type Cosigner, cosignaturesOf } from '../ledger/cosignature.ts'
import { isNamed, type NoteVerifier, parseNote, signatureLine, verifierOf } from '../ledger/note.ts'
import type { LedgerSigner } from '../evidence-ports.ts'
import type { ObjectStore } from '../ports.ts'
import type { LedgerStore } from '../records.ts'
import type { Witness } from './ask-witnesses.ts'
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
  /** What is kept as the signature of a witness, in the database or in an archive, is not its own over that head. */
  | {
      readonly kind: 'cosignature-invalid'
      readonly place: string
      readonly witness: string
      readonly size: number
    }
  /** The head that it shows is not readable, or not signed by us. */
  | { readonly kind: 'published-checkpoint-invalid'; readonly archive: string; readonly reason: string }
  /** The database did not sign this head: it was restored, or the archive is another ledger's. */
  | { readonly kind: 'published-head-unknown'; readonly archive: string; readonly size: number }

/** How far a witness has signed. */
export type WitnessedState = {
  readonly witness: string
  readonly required: boolean
  /** 0: it never signed. */
  readonly size: number
  readonly at: Date | null
}

/** Verifies the last cosignature of each witness, and those that are shown. */
export async function verifyCosignatures(
  ledger: Pick<LedgerStore, 'headAt' | 'latestCosignatures'>,
  witnesses: readonly Pick<Witness, 'cosigner' | 'required'>[],
): Promise<{ readonly states: readonly WitnessedState[]; readonly findings: readonly PublicationFinding[] }> {
  const latest = await ledger.latestCosignatures()
  const findings: PublicationFinding[] = []
  const states: WitnessedState[] = []
  for (const { cosigner, required } of witnesses) {
    const { name, keyId } = cosigner
    const last = latest.find((one) => one.witness === name && one.keyId === keyId.toString('hex'))
    states.push({ witness: name, required, size: last?.size ?? 0, at: last?.at ?? null })
    if (!last) continue
    const head = await ledger.headAt(last.size)
    if (!head || !isCosigned(`${head.note}${last.line}\n`, cosigner, last.at))
      findings.push({ kind: 'cosignature-invalid', place: 'database', witness: name, size: last.size })
  }
  return { states, findings }
}

const isCosigned = (note: string, cosigner: Cosigner, said?: Date): boolean => {
  try {
    const [found] = cosignaturesOf(note, [cosigner])
    return found !== undefined && (!said || found.at.getTime() === said.getTime())
  } catch (error) {
    if (error instanceof Failure) return false
    throw error
  }
}

/** Derives what each archive shows from its own bundles, and compares it with its own head, and that with ours. */
export async function verifyPublication(
  ledger: Pick<LedgerStore, 'headAt' | 'cosignatures'>,
  signer: Pick<LedgerSigner, 'name' | 'publicKey'>,
  archives: Readonly<Record<string, ObjectStore>>,
  witnesses: readonly Pick<Witness, 'cosigner'>[] = [],
): Promise<{ readonly states: readonly PublishedState[]; readonly findings: readonly PublicationFinding[] }> {
  const states: PublishedState[] = []
  const findings: PublicationFinding[] = []
  for (const [name, archive] of Object.entries(archives)) {
    const head = await openedHead(name, archive, signer, findings)
    states.push({ archive: name, size: head?.size ?? 0 })
    if (!head) continue
    const own = head.size === 0 ? head : await ledger.headAt(head.size)
    for (const witness of await strangersOn(head, ledger, verifierOf(signer), witnesses))
      findings.push({ kind: 'cosignature-invalid', place: name, witness, size: head.size })
    if (!own?.root.equals(head.root))
      findings.push({ kind: 'published-head-unknown', archive: name, size: head.size })
    for await (const finding of checkTiles(head, (tile) => contentOf(archive, tileKey(tile))))
      findings.push({ ...finding, archive: name })
  }
  return { states, findings }
}

/**
 * By name, who is said to have signed a head beside the ledger, and has not: a witness of ours whose signature is wrong, or
 * anybody else whose signature was not given to us either.
 */
async function strangersOn(
  { note, size }: { readonly note: Buffer; readonly size: number },
  ledger: Pick<LedgerStore, 'cosignatures'>,
  own: NoteVerifier,
  witnesses: readonly Pick<Witness, 'cosigner'>[],
): Promise<string[]> {
  const given = (await ledger.cosignatures(size)).map(({ line }) => line)
  return parseNote(note)
    .signatures.filter((one) => {
      if (isNamed(one, own)) return false
      const known = witnesses.find(({ cosigner }) => isNamed(one, cosigner))
      return known
        ? !isCosigned(note.toString(), known.cosigner)
        : !given.includes(signatureLine(one, one.signature))
    })
    .map(({ name }) => name)
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
