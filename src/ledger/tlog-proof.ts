import { Failure } from '../domain/failure.ts'
import { type Checkpoint, openCheckpoint } from './checkpoint.ts'
import { type NoteVerifier, parseNote, strictBase64 } from './note.ts'
import { verifyInclusion } from './proofs.ts'

/*
 * c2sp.org/tlog-proof@v1: that one entry is under a signed head, in one text that needs nothing else but the entry and the
 * keys that are trusted.
 */

/** What is in a proof, none of it believed yet. */
export type TlogProof = {
  /** Place of the entry, from 0. */
  readonly index: number
  /** From the leaf's sibling up to the root's child, 32 bytes each. */
  readonly hashes: readonly Buffer[]
  /** The signed note of the head, verbatim, cosignatures included. */
  readonly checkpoint: string
  /** Not covered by any signature. */
  readonly extra?: Buffer
}

/** Why a text was refused as a proof. */
export type TlogProofFault = 'proof-malformed' | 'proof-too-long'

const firstLine = 'c2sp.org/tlog-proof@v1'
/** A tree of 2^63 entries has proofs of so many hashes. */
const mostHashes = 63
const longest = 1_000_000

const refuse = (reason: TlogProofFault): never => {
  throw new Failure('proof-invalid', { reason })
}

export function formatProof({ index, hashes, checkpoint, extra }: TlogProof): string {
  const text = [
    firstLine,
    ...(extra ? [`extra ${extra.toString('base64')}`] : []),
    `index ${index}`,
    ...hashes.map((hash) => hash.toString('base64')),
    '',
    checkpoint,
  ].join('\n')
  parseProof(text)
  return text
}

/**
 * Takes a proof apart WITHOUT verifying it (`verifyProof` does).
 * @throws Failure proof-invalid, or checkpoint-invalid where the part that is wrong is the note
 */
export function parseProof(text: string): TlogProof {
  if (text.length > longest) refuse('proof-too-long')
  const split = text.indexOf('\n\n')
  if (split === -1) refuse('proof-malformed')
  const [first, ...lines] = text.slice(0, split).split('\n')
  if (first !== firstLine) refuse('proof-malformed')
  const extra = lines[0]?.startsWith('extra ') ? bytesOf(lines.shift()!.slice(6)) : undefined
  const [, digits] = /^index (0|[1-9]\d{0,15})$/.exec(lines.shift() ?? '') ?? []
  const index = Number(digits)
  if (!Number.isSafeInteger(index) || lines.length > mostHashes) refuse('proof-malformed')
  const hashes = lines.map(bytesOf)
  if (hashes.some((hash) => hash.length !== 32)) refuse('proof-malformed')
  const checkpoint = text.slice(split + 2)
  parseNote(checkpoint)
  return { index, hashes, checkpoint, ...(extra && { extra }) }
}

const bytesOf = (text: string): Buffer => strictBase64(text) ?? refuse('proof-malformed')

/**
 * Refuses a proof that does not lead from the leaf to a head that one of the log's keys has signed. Whose cosignatures are
 * asked for besides is for whoever verifies (`cosignersOf`).
 * @returns the head
 * @throws Failure proof-invalid, checkpoint-invalid
 */
export function verifyProof(
  { index, hashes, checkpoint }: TlogProof,
  leafHash: Buffer,
  verifiers: readonly NoteVerifier[],
): Checkpoint {
  const head = openCheckpoint(checkpoint, verifiers)
  verifyInclusion({ index, size: head.size, leafHash, root: head.root, proof: hashes })
  return head
}
