import { asFailure, Failure } from '../domain/failure.ts'
import { failures } from '../domain/failures.ts'
import { type BatchId, newId, type OrganisationId, timeOf } from '../domain/ids.ts'
import type { Claim, HotFolder, StagingRoom } from '../ports.ts'
import { answerOf } from './inbox-answer.ts'
import { letGo } from './let-go.ts'
import { type Door, stagingFull, submitBatch } from './submit-batch.ts'

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
  /** Why folders wait, each code once. */
  readonly causes: readonly Pick<Failure, 'code' | 'facts'>[]
}

/**
 * What waited longer is taken anew, under an id of today: what staging holds of an old id that no batch has is swept away as
 * dead, and would be from under our hands.
 */
const claimMs = 86_400_000

type Step = Exclude<keyof InboxRound, 'claimed' | 'causes'>

/**
 * One round of the hot folder: claims what is whole, submits what is claimed, lets go of what is closed. Every step may
 * be cut off and starts again where it was, and trouble with one folder keeps no other waiting.
 */
export async function tendInbox(inbox: Inbox): Promise<InboxRound> {
  const causes = new Map<string, Pick<Failure, 'code' | 'facts'>>()
  const cause = (error: unknown) => {
    const { code, facts } = asFailure(error)
    if (!causes.has(code)) causes.set(code, { code, facts })
    return 'postponed' as const
  }
  const full = await fullness(inbox.room)
  if (full) cause(full)
  const round = { claimed: 0, submitted: 0, givenBack: 0, released: 0, postponed: 0 }
  if (!full) {
    const newBatchId = () => newId<BatchId>(inbox.clock.now())
    const claims = await inbox.folder.claim(newBatchId, (failure) => round[cause(failure)]++)
    round.claimed = claims.length
  }
  for (const claim of await inbox.folder.claimed()) {
    const step = await tend(claim, inbox)
      .catch((error: unknown) => answerFailure(claim, asFailure(error), inbox, cause))
      .catch(cause)
    if (step) round[step]++
  }
  return { ...round, causes: [...causes.values()] }
}

/** What is full for everybody takes nothing out of the folder; what is full for one organisation lets the others pass. */
async function fullness({ capacity, use }: StagingRoom): Promise<Failure | undefined> {
  if (capacity === undefined) return undefined
  const { total } = await use()
  return total >= capacity ? stagingFull(total, capacity) : undefined
}

async function tend(claim: Claim, inbox: Inbox): Promise<Step | undefined> {
  const organisationId = await inbox.organisationOf(claim.batchId)
  return organisationId ? letGo(claim, organisationId, inbox) : submit(claim, inbox)
}

async function submit(claim: Claim, inbox: Inbox): Promise<Step> {
  if (inbox.clock.now().getTime() - timeOf(claim.batchId).getTime() > claimMs) {
    await inbox.folder.putBack(claim)
    return 'postponed'
  }
  const drop = await inbox.folder.read(claim)
  const { batchId, state, isNew } = await submitBatch(drop, claim.batchId, 'inbox', inbox)
  // Recorded under this very claim meanwhile: it is this batch, and no duplicate of it.
  if (isNew || batchId === claim.batchId) return 'submitted'
  const duplicate = { failure: new Failure('batch-duplicate', { batchId, state }) }
  await inbox.folder.giveBack(claim, 'returned', answerOf([duplicate], inbox.language))
  return 'givenBack'
}

async function answerFailure(
  claim: Claim,
  failure: Failure,
  { folder, language }: Inbox,
  postpone: (failure: Failure) => Step,
): Promise<Step> {
  if (failure.code === 'batch-changed-while-read') await folder.putBack(claim)
  if (!isTheirs(failure)) return postpone(failure)
  await folder.giveBack(claim, 'refused', answerOf([{ failure }], language))
  return 'givenBack'
}

/** What the drop itself is to blame for. What is wrong with us is put off, and the folder kept. */
const isTheirs = ({ code, retry }: Failure): boolean => retry === 'never' && failures[code].http < 500
