import { Failure } from '../domain/failure.ts'
import { type Checkpoint, openCheckpoint } from '../ledger/checkpoint.ts'
import { type NoteVerifier, parseNote } from '../ledger/note.ts'
import { inconsistency, reasonOf } from '../ledger/refused.ts'
import { parseProof } from '../ledger/tlog-proof.ts'
import { parseAddCheckpoint } from '../ledger/witnessing.ts'
import type { Finding } from './findings.ts'
import { unpack } from './packing.ts'
import { consistencyFolder, consistencyPath, inclusionPath, type ProofFiles } from './proof-file.ts'
import type { ProvenHead, Verified } from './verify-proof.ts'

/** A head that was kept from before, and what is shown of it: the ledger goes on from it, or nothing is said of that. */
export type KeptHead = {
  /** Entries under it. */
  readonly size: number
  readonly standing: 'continued' | 'not-shown'
}

/**
 * The signed notes in what somebody kept: a head as it was published, the proof of one entry, or a proof file.
 * @throws Failure checkpoint-invalid, proof-invalid, proof-file-invalid
 */
export function readKept(bytes: Uint8Array): string[] {
  if (bytes[0] !== 0x50 || bytes[1] !== 0x4b) return [noteIn(textOf(bytes))]
  const proofs = [...unpack(bytes)].filter(([path]) => path.endsWith('.tlog-proof'))
  const notes = new Set(proofs.map(([, content]) => noteIn(textOf(content))))
  if (notes.size === 0) throw new Failure('proof-file-invalid', { reason: 'no-head' })
  return [...notes]
}

function noteIn(text: string): string {
  if (text.startsWith('c2sp.org/tlog-proof@v1\n')) return parseProof(text).checkpoint
  parseNote(text)
  return text
}

const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)

/**
 * Compares the head of a proof file with those that were kept. A smaller one, or another one of the same size, is a finding;
 * that a larger one goes on from a kept one is shown by a consistency proof in the file (RFC 9162, section 2.1.4), or is
 * not shown.
 */
export function verifyContinuity(
  files: ProofFiles,
  { head, entries }: Verified,
  kept: readonly string[],
  ledgers: readonly NoteVerifier[],
): { readonly kept: readonly KeptHead[]; readonly findings: readonly Finding[] } {
  const findings: Finding[] = []
  if (!head || !entries[0]) return { kept: [], findings }
  const heads = kept.flatMap((note) => openKept(note, head, ledgers, findings) ?? [])
  const path = inclusionPath(entries[0].seq)
  const proofs = consistencyProofs(files, parseProof(textOf(files.get(path)!)).checkpoint, findings)
  const compare = (one: Checkpoint): KeptHead | undefined => {
    if (one.size > head.size)
      return refuse(findings, { code: 'ledger-shrank', path, reason: `${head.size} < ${one.size}` })
    if (one.size === head.size && !one.root.equals(head.root))
      return refuse(findings, { code: 'ledger-contradicts', path, reason: `${one.size}` })
    const isTold = one.size === head.size || one.size === 0
    const proof = isTold ? [] : proofs.get(one.size)
    if (!proof) return { size: one.size, standing: 'not-shown' }
    const reason = inconsistency(one, head, proof)
    return reason === undefined
      ? { size: one.size, standing: 'continued' }
      : refuse(findings, { code: 'consistency-invalid', path: consistencyPath(one.size), reason })
  }
  return { kept: heads.flatMap((one) => compare(one) ?? []), findings }
}

const refuse = (findings: Finding[], finding: Finding): undefined => void findings.push(finding)

function openKept(
  note: string,
  { origin }: ProvenHead,
  ledgers: readonly NoteVerifier[],
  findings: Finding[],
): Checkpoint | undefined {
  try {
    const head = openCheckpoint(note, ledgers)
    return head.origin === origin ? head : refuse(findings, { code: 'kept-foreign', path: '' })
  } catch (error) {
    const reason = reasonOf(error)
    return refuse(
      findings,
      reason === 'signer-unknown'
        ? { code: 'kept-foreign', path: '' }
        : { code: 'kept-invalid', path: '', reason },
    )
  }
}

/** The consistency proofs of a file by the size that they begin at; each must lead to the very head that its entries have. */
function consistencyProofs(
  files: ProofFiles,
  checkpoint: string,
  findings: Finding[],
): ReadonlyMap<number, readonly Buffer[]> {
  const proofs = new Map<number, readonly Buffer[]>()
  for (const [path, content] of files) {
    if (!path.startsWith(consistencyFolder)) continue
    const read = parseAddCheckpoint(textOf(content))
    if (!read || path !== consistencyPath(read.old))
      refuse(findings, { code: 'consistency-invalid', path, reason: 'malformed' })
    else if (read.checkpoint !== checkpoint)
      refuse(findings, { code: 'consistency-invalid', path, reason: 'head-differs' })
    else proofs.set(read.old, read.proof)
  }
  return proofs
}
