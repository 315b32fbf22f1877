import { createHash } from 'node:crypto'
import { type Checkpoint, openCheckpoint, parseCheckpoint } from './checkpoint.ts'
import { type NoteVerifier, parseNote, strictBase64 } from './note.ts'
import { inconsistency, reasonOf } from './refused.ts'
import { emptyRoot } from './tree.ts'

/* c2sp.org/tlog-witness: what a log asks of a witness, and what the witness answers. */

/** A log hands over its new head, and proves that it goes on from the one of size `old`. */
export type AddCheckpoint = {
  readonly old: number
  readonly proof: readonly Buffer[]
  /** Signed note. */
  readonly checkpoint: string
}

const mostHashes = 63
export const longestRequest = 65_536

export const formatAddCheckpoint = ({ old, proof, checkpoint }: AddCheckpoint): string =>
  [`old ${old}`, ...proof.map((hash) => hash.toString('base64')), '', checkpoint].join('\n')

/** Undefined when it is no such request. */
export function parseAddCheckpoint(text: string): AddCheckpoint | undefined {
  const split = text.indexOf('\n\n')
  const [first = '', ...lines] = text.slice(0, Math.max(0, split)).split('\n')
  const [, digits] = /^old (0|[1-9]\d{0,15})$/.exec(first) ?? []
  const proof = lines.map(strictBase64)
  const isOne = digits !== undefined && Number.isSafeInteger(Number(digits)) && proof.length <= mostHashes
  if (!isOne || text.length > longestRequest || proof.some((hash) => hash?.length !== 32)) return undefined
  return { old: Number(digits), proof: proof as Buffer[], checkpoint: text.slice(split + 2) }
}

/** What a witness answers, as HTTP has it. */
export type Refusal = {
  readonly status: 400 | 403 | 404 | 409 | 422
  /** Of 409: the size of the head that the witness keeps. */
  readonly kept?: number
  readonly reason: string
}
/** The head may be signed, once it is kept in place of the one before. */
export type Acceptance = { readonly status: 200; readonly head: Checkpoint; readonly text: string }

/** The largest head of a log that a witness has signed. */
export type KeptHead = { readonly size: number; readonly root: Buffer }

/**
 * Whether a witness may sign: the log is known and has signed, the proof begins at the very head that is kept, and leads to
 * the new one. So it never signs a smaller head, nor one that disagrees with any that it has signed.
 */
export function judge(
  request: string,
  logs: readonly NoteVerifier[],
  keptOf: (origin: string) => KeptHead | undefined,
): Acceptance | Refusal {
  const asked = parseAddCheckpoint(request)
  if (!asked) return { status: 400, reason: 'request-malformed' }
  const opened = openFromKnown(asked.checkpoint, logs)
  if ('status' in opened) return opened
  const { head, text } = opened
  if (asked.old > head.size) return { status: 400, reason: 'old-size-past-checkpoint' }
  const kept = keptOf(head.origin) ?? { size: 0, root: emptyRoot }
  if (asked.old !== kept.size) return { status: 409, kept: kept.size, reason: 'another-head-is-kept' }
  if (kept.size > 0 && head.size === kept.size && !head.root.equals(kept.root))
    return { status: 409, kept: kept.size, reason: 'root-differs' }
  const reason = inconsistency(kept, head, asked.proof)
  return reason === undefined ? { status: 200, head, text } : { status: 422, reason }
}

function openFromKnown(
  checkpoint: string,
  logs: readonly NoteVerifier[],
): { readonly head: Checkpoint; readonly text: string } | Refusal {
  try {
    const { text } = parseNote(checkpoint)
    const { origin } = parseCheckpoint(text)
    const own = logs.filter(({ name }) => name === origin)
    if (own.length === 0) return { status: 404, reason: 'log-unknown' }
    try {
      return { head: openCheckpoint(checkpoint, own), text }
    } catch (error) {
      return { status: 403, reason: reasonOf(error) }
    }
  } catch (error) {
    return { status: 400, reason: reasonOf(error) }
  }
}

/** Where a witness shows the head that it keeps of a log: SHA-256 of the origin, in hex. */
export const witnessPath = (origin: string): string =>
  `${createHash('sha256').update(origin).digest('hex')}/checkpoint`
