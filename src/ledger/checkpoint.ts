import { type NoteVerifier, refuseNote, strictBase64, verifyNote } from './note.ts'

/** The head of a tree (c2sp.org/tlog-checkpoint). */
export type Checkpoint = {
  /** The log's identity; we name it like the key that signs. */
  readonly origin: string
  /** Number of entries. */
  readonly size: number
  /** RFC 6962 root at this size, 32 bytes. */
  readonly root: Buffer
}

/** The text to sign: origin, size, root, each on its line. @throws Failure checkpoint-invalid */
export function formatCheckpoint(checkpoint: Checkpoint): string {
  const { origin, size, root } = checkpoint
  const text = `${origin}\n${size}\n${root.toString('base64')}\n`
  parseCheckpoint(text)
  return text
}

/** Reads the text of a note. Extension lines are allowed and passed over. @throws Failure checkpoint-invalid */
export function parseCheckpoint(text: string): Checkpoint {
  const [origin, size, encodedRoot, ...rest] = text.split('\n')
  if (!origin) return refuseNote('origin-malformed')
  if (size === undefined || !/^(0|[1-9]\d{0,15})$/.test(size) || !Number.isSafeInteger(Number(size))) {
    return refuseNote('size-malformed')
  }
  const root = strictBase64(encodedRoot ?? '')
  if (root?.length !== 32) return refuseNote('root-malformed')
  const [end, ...extensions] = rest.toReversed()
  if (end !== '' || extensions.includes('')) return refuseNote('text-malformed')
  return { origin, size: Number(size), root }
}

/**
 * The checkpoint of a note that a known key signed. Its origin must be the name of a key that signed it: a checkpoint of
 * another log under our key's signature is refused.
 * @throws Failure checkpoint-invalid
 */
export function openCheckpoint(note: string | Buffer, verifiers: readonly NoteVerifier[]): Checkpoint {
  const { text, signers } = verifyNote(note, verifiers)
  const checkpoint = parseCheckpoint(text)
  if (!signers.some(({ name }) => name === checkpoint.origin)) refuseNote('origin-differs')
  return checkpoint
}
