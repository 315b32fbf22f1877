import { custodyEvent } from '../domain/custody.ts'
import { asFailure, explain, Failure } from '../domain/failure.ts'
import { failures } from '../domain/failures.ts'
import { type BatchId, newId, type OrganisationId } from '../domain/ids.ts'
import type { Answer, Claim, HotFolder } from '../ports.ts'
import { type Door, submitBatch } from './submit-batch.ts'

export type Inbox = Door & {
  readonly folder: HotFolder
  readonly language: 'en' | 'fr'
  /** Whose batch it is; undefined while it is not recorded. */
  readonly organisationOf: (batchId: BatchId) => Promise<OrganisationId | undefined>
}

/** What one round did, in numbers. */
export type InboxRound = {
  readonly claimed: number
  readonly submitted: number
  readonly givenBack: number
  readonly released: number
  readonly postponed: number
}

const actor = 'inbox'

/**
 * One round of the hot folder: claims what is whole, submits what is claimed, lets go of what is closed. Every step may
 * be cut off and starts again where it was. A folder is never removed before its batch is closed: all that it held was
 * read back from the archive, or was refused.
 */
export async function tendInbox(inbox: Inbox): Promise<InboxRound> {
  const claims = await inbox.folder.claim(() => newId<BatchId>(inbox.clock.now()))
  const round = { claimed: claims.length, submitted: 0, givenBack: 0, released: 0, postponed: 0 }
  for (const claim of await inbox.folder.claimed()) {
    const step = await tend(claim, inbox)
    if (step) round[step]++
  }
  return round
}

async function tend(claim: Claim, inbox: Inbox): Promise<Exclude<keyof InboxRound, 'claimed'> | undefined> {
  try {
    const organisationId = await inbox.organisationOf(claim.batchId)
    return organisationId ? await letGo(claim, organisationId, inbox) : await submit(claim, inbox)
  } catch (error) {
    const failure = asFailure(error)
    if (failure.code === 'batch-changed-while-read') await inbox.folder.putBack(claim)
    else if (isTheirs(failure)) {
      await inbox.folder.giveBack(claim, 'refused', answerOf(failure, inbox.language))
      return 'givenBack'
    }
    return 'postponed'
  }
}

async function submit(claim: Claim, inbox: Inbox): Promise<'submitted' | 'givenBack'> {
  const { batchId, state, isNew } = await submitBatch(
    await inbox.folder.read(claim),
    claim.batchId,
    actor,
    inbox,
  )
  if (isNew) return 'submitted'
  const answer = answerOf(new Failure('batch-duplicate', { batchId, state }), inbox.language)
  await inbox.folder.giveBack(claim, 'returned', answer)
  return 'givenBack'
}

/** Files that could not be read go back to the operator with their reasons; nothing else is left of a closed batch. */
async function letGo(
  claim: Claim,
  organisationId: OrganisationId,
  inbox: Inbox,
): Promise<'givenBack' | 'released' | undefined> {
  const { batch, files } = await inbox.truth.transaction(organisationId, async (records) => ({
    batch: await records.batches.find(claim.batchId),
    files: await records.files.ofBatch(claim.batchId),
  }))
  if (!batch || batch.closedAt === null) return undefined
  const names = (await inbox.folder.read(claim)).files.map(({ name }) => name)
  const unread = files.filter(({ state }) => state === 'rejected' || state === 'duplicate')
  const isRejected = batch.state === 'rejected'
  const faults = unread.map(({ reason, facts }) => new Failure(reason ?? 'file-unreadable', facts))
  const reasons = isRejected ? [new Failure('rejected-by-operator'), ...faults] : faults

  await inbox.truth.transaction(organisationId, (records) =>
    records.append(actor, [
      custodyEvent(
        'source-released',
        { batchId: claim.batchId },
        { details: { files: files.length, givenBack: isRejected ? files.length : unread.length } },
      ),
    ]),
  )
  if (reasons.length === 0) {
    await inbox.folder.release(claim)
    return 'released'
  }
  const only = isRejected ? undefined : unread.map(({ position }) => names[position - 1]!)
  await inbox.folder.giveBack(claim, 'returned', answerOf(reasons, inbox.language, claim.batchId), only)
  return 'givenBack'
}

/** What the drop itself is to blame for. What is wrong with us is put off, and the folder kept. */
const isTheirs = ({ code, retry }: Failure): boolean => retry === 'never' && failures[code].http < 500

function answerOf(failures: Failure | readonly Failure[], language: 'en' | 'fr', batchId?: BatchId): Answer {
  const all = failures instanceof Failure ? [failures] : failures
  const said = all.map(({ code, facts }) => ({ code, ...explain(code, language, facts) }))
  const lines = said.map(({ code, what, todo }) => `${what}\n${todo}\n(${code})\n`)
  return { text: lines.join('\n'), facts: { ...(batchId ? { batchId } : {}), reasons: said } }
}
