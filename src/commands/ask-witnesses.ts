import { Failure } from '../domain/failure.ts'
import { openCheckpoint } from '../ledger/checkpoint.ts'
import { type Cosigner, cosignaturesOf } from '../ledger/cosignature.ts'
import { verifierOf } from '../ledger/note.ts'
import { consistencyFromTiles } from '../ledger/tile-tree.ts'
import { formatAddCheckpoint } from '../ledger/witnessing.ts'
import type { LedgerSigner, WitnessPost } from '../evidence-ports.ts'
import type { LedgerHead, LedgerStore } from '../records.ts'
import type { LedgerGuard } from './guard-ledger.ts'
import { tilesOfLedger } from './publish-ledger.ts'

/** Somebody whose signature under the head is asked for. */
export type Witness = {
  readonly cosigner: Cosigner
  /** Proofs are given out once it has signed; and its word that the ledger went back stops it. */
  readonly required: boolean
  /** None: its cosignatures are brought by hand. */
  readonly post?: WitnessPost
}

type Asking = { readonly ledger: LedgerStore; readonly guard?: LedgerGuard }

/**
 * Asks every witness to sign the latest head that is published everywhere, and keeps what they sign. All are asked,
 * whatever one of them says.
 *
 * @returns how many cosignatures are new
 * @throws Failure of the first witness that failed: witness-away, witness-refused, ledger-older-than-published,
 *   ledger-contradicts-published
 */
export async function askWitnesses(witnesses: readonly Witness[], asking: Asking): Promise<number> {
  const head = await asking.ledger.publishedHead()
  if (!head) return 0
  const results = await Promise.allSettled(witnesses.map((witness) => ask(witness, head, asking)))
  const failures = results.flatMap((result) =>
    result.status === 'rejected' ? [result.reason as unknown] : [],
  )
  // What stops the ledger is told before what only delays a signature.
  const grave = failures.find((error) => error instanceof Failure && error.code.startsWith('ledger-'))
  if (failures.length > 0) throw grave ?? failures[0]
  return results.filter((result) => result.status === 'fulfilled' && result.value).length
}

async function ask(witness: Witness, head: LedgerHead, asking: Asking): Promise<boolean> {
  const { cosigner, post } = witness
  const { ledger } = asking
  const last = (await ledger.latestCosignatures()).find(isBy(cosigner))
  if (!post || last?.size === head.size) return false
  let old = last?.size ?? 0
  let answer = await submit(post, old, head, ledger)
  if (answer.status === 409) {
    const kept = sizeIn(answer.body)
    if (kept === undefined) throw refused(witness, 'answer-malformed')
    if (kept > head.size) return mustBeOurs(witness, kept, head, asking)
    old = kept
    answer = await submit(post, old, head, ledger)
  }
  if (contradicts(answer, old, head) && witness.required)
    throw new Failure('ledger-contradicts-published', { size: head.size, place: `witness/${cosigner.name}` })
  if (answer.status !== 200) throw refused(witness, `status-${answer.status}`)
  await takeCosignatures(head, answer.body, witness, ledger)
  return true
}

/** It keeps another head: from a smaller one this does not go on (422), or they are as large and not the same (409). */
const contradicts = (
  { status, body }: { readonly status: number; readonly body: string },
  old: number,
  { size }: LedgerHead,
): boolean => status === 422 || (status === 409 && old === size && (sizeIn(body) ?? size) === size)

const isBy =
  ({ name, keyId }: Cosigner) =>
  (one: { readonly witness: string; readonly keyId: string }): boolean =>
    one.witness === name && one.keyId === keyId.toString('hex')

const refused = ({ cosigner }: Witness, reason: string): Failure =>
  new Failure('witness-refused', { witness: cosigner.name, reason })

const sizeIn = (body: string): number | undefined =>
  /^(0|[1-9]\d{0,15})\n$/.test(body) && Number.isSafeInteger(Number(body)) ? Number(body) : undefined

async function submit(post: WitnessPost, old: number, head: LedgerHead, ledger: LedgerStore) {
  const proof = await consistencyFromTiles(old, head.size, tilesOfLedger(ledger))
  return post.addCheckpoint(formatAddCheckpoint({ old, proof, checkpoint: head.note }))
}

/** The witness has a larger head than what is published: is it in the database, at least? */
async function mustBeOurs(
  witness: Witness,
  kept: number,
  head: LedgerHead,
  { ledger, guard }: Asking,
): Promise<false> {
  const latest = (await ledger.head())?.size ?? head.size
  // It was brought there by hand before the archives had it.
  if (kept <= latest) return false
  const { name } = witness.cosigner
  if (!witness.required) throw refused(witness, 'larger-head-kept')
  guard?.remember({ place: `witness/${name}`, size: kept })
  throw new Failure('ledger-older-than-published', { size: latest, known: kept, place: `witness/${name}` })
}

/**
 * Keeps the cosignatures of one witness among some lines of a note. @throws Failure witness-refused when there is none
 * that verifies over this head
 */
async function takeCosignatures(
  { size, note }: Pick<LedgerHead, 'size' | 'note'>,
  lines: string,
  witness: Witness,
  ledger: Pick<LedgerStore, 'cosign'>,
): Promise<void> {
  const { name, keyId } = witness.cosigner
  const found = verified(note + lines, witness)
  if (found.length === 0) throw refused(witness, 'no-signature')
  for (const { at, line } of found)
    await ledger.cosign({ size, witness: name, keyId: keyId.toString('hex'), line, at })
}

function verified(note: string, witness: Witness) {
  try {
    return cosignaturesOf(note, [witness.cosigner])
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    throw refused(witness, String(error.facts.reason))
  }
}

/**
 * What is handed to a witness that cannot be reached: the published head, and the proof that it goes on from the `old` one.
 * @throws Failure not-found when nothing is published, proof-invalid when `old` is larger
 */
export async function requestFor(
  old: number,
  ledger: LedgerStore,
): Promise<{ size: number; request: string }> {
  const head = await ledger.publishedHead()
  if (!head) throw new Failure('not-found', { kind: 'checkpoint' })
  const proof = await consistencyFromTiles(old, head.size, tilesOfLedger(ledger))
  return { size: head.size, request: formatAddCheckpoint({ old, proof, checkpoint: head.note }) }
}

/**
 * Takes a head back that witnesses have signed, and keeps their cosignatures.
 * @returns which witnesses have signed it
 * @throws Failure checkpoint-invalid, ledger-contradicts-published, witness-refused when none of ours has signed
 */
export async function takeBack(
  note: string,
  {
    ledger,
    signer,
    witnesses,
  }: {
    readonly ledger: LedgerStore
    readonly signer: Pick<LedgerSigner, 'name' | 'publicKey'>
    readonly witnesses: readonly Witness[]
  },
): Promise<{ readonly size: number; readonly witnesses: readonly string[] }> {
  const { size, root } = openCheckpoint(note, [verifierOf(signer)])
  const own = await ledger.headAt(size)
  if (!own?.root.equals(root)) throw new Failure('ledger-contradicts-published', { size, place: 'input' })
  const found = cosignaturesOf(
    note,
    witnesses.map(({ cosigner }) => cosigner),
  )
  if (found.length === 0) throw new Failure('witness-refused', { witness: '-', reason: 'no-signature' })
  for (const { cosigner, at, line } of found)
    await ledger.cosign({ size, witness: cosigner.name, keyId: cosigner.keyId.toString('hex'), line, at })
  return { size, witnesses: found.map(({ cosigner }) => cosigner.name) }
}
