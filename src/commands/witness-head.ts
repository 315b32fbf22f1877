import { Failure } from '../domain/failure.ts'
import { openCheckpoint } from '../ledger/checkpoint.ts'
import { cosign } from '../ledger/cosignature.ts'
import { type NoteSigner, type NoteVerifier, withSignaturesOf } from '../ledger/note.ts'
import { consistencyFromTiles, oneByOne, TileRefused } from '../ledger/tile-tree.ts'
import type { Tile } from '../ledger/tiles.ts'
import { formatAddCheckpoint, judge, type Refusal } from '../ledger/witnessing.ts'
import type { WitnessState } from '../evidence-ports.ts'
import type { Clock } from '../ports.ts'

export type WitnessDesk = {
  readonly state: WitnessState
  readonly signer: NoteSigner
  /** The logs that it witnesses. */
  readonly logs: readonly NoteVerifier[]
  readonly clock: Clock
}

/** Where a log is published. */
export type PublishedLog = {
  /** @throws Failure input-unreadable */
  checkpoint(): Promise<Buffer>
  /** @throws Failure input-unreadable */
  tile(tile: Tile): Promise<Buffer>
}

export type Witnessed = {
  readonly status: 200
  readonly origin: string
  readonly size: number
  /** The line of the cosignature, without its newline. */
  readonly line: string
  /** The head with the signature of the log and this one: what can be handed back. */
  readonly note: string
}

/**
 * Answers `add-checkpoint` of c2sp.org/tlog-witness. The head is kept, for good and whatever happens next, before the
 * cosignature leaves: whoever keeps the other one of two heads that disagree never gets one here.
 */
export async function witnessHead(
  request: string,
  { state, signer, logs, clock }: WitnessDesk,
): Promise<Witnessed | Refusal> {
  for (;;) {
    const before = await state.read()
    const judgement = judge(request, logs, (origin) => before.heads.get(origin))
    if (judgement.status !== 200) return judgement
    const { head, text } = judgement
    const line = await cosign(text, signer, clock.now())
    const own = withSignaturesOf(request.slice(request.indexOf('\n\n') + 2), logs)
    const kept = { size: head.size, root: head.root, note: `${own}${line}\n` }
    const after = new Map(before.heads).set(head.origin, kept)
    if (await state.replace(before, after))
      return { status: 200, origin: head.origin, size: head.size, line, note: kept.note }
    // Somebody else was faster: what is kept now is asked again.
  }
}

/**
 * Looks at a published log by itself: takes its head, proves from its tiles that it goes on from the one that is kept, and
 * cosigns it.
 * @throws Failure checkpoint-invalid, input-unreadable
 */
export async function witnessPublished(log: PublishedLog, desk: WitnessDesk): Promise<Witnessed | Refusal> {
  const note = (await log.checkpoint()).toString()
  const head = openCheckpoint(note, desk.logs)
  const kept = (await desk.state.read()).heads.get(head.origin)?.size ?? 0
  if (kept > head.size) return { status: 409, kept, reason: 'log-shrank' }
  const proof = await consistencyFromTiles(kept, head.size, oneByOne(log.tile)).catch((error: unknown) => {
    if (error instanceof TileRefused) throw new Failure('proof-invalid', { reason: 'tile-malformed' })
    throw error
  })
  return witnessHead(formatAddCheckpoint({ old: kept, proof, checkpoint: note }), desk)
}

/** The answer as HTTP has it: status, media type, body. */
export function answerOf(said: Witnessed | Refusal): {
  readonly status: number
  readonly type?: string
  readonly body: string
} {
  if (said.status === 200) return { status: 200, body: `${said.line}\n` }
  if (said.status === 409) return { status: 409, type: 'text/x.tlog.size', body: `${said.kept}\n` }
  return { status: said.status, body: `${said.reason}\n` }
}
