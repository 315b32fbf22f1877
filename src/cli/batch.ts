import type { Command } from 'commander'
import { rejectBatch, releaseBatch } from '../commands/decide-batch.ts'
import { submitBatch } from '../commands/submit-batch.ts'
import type { BatchView } from '../compose.ts'
import { BatchState } from '../domain/batch.ts'
import { stoppedStates } from '../domain/document.ts'
import { Failure } from '../domain/failure.ts'
import { type BatchId, newId } from '../domain/ids.ts'
import type { Drop } from '../ports.ts'
import { isComposed, sayBatch } from './batch-words.ts'
import { waitForBatch } from './batch-wait.ts'
import type { Desk } from './desk.ts'
import { attestation } from './batch-attestation.ts'
import { batchId, count, type Frame, noun, oneOf, required } from './frame.ts'
import { table } from './table.ts'
import { moment } from './typography.ts'

type Work = (desk: Desk, options: unknown, id: BatchId) => Promise<void>

export function addBatch(program: Command, { help: { batch: help }, act }: Frame): void {
  const batch = noun(program, 'batch', help.noun)
  batch
    .command('submit')
    .description(help.submit)
    .argument('<DIR>', help.directory)
    .option('--wait', help.wait)
    .action(act(submit))
  batch
    .command('list')
    .description(help.list)
    .addOption(oneOf('--state <STATE>', help.state, BatchState.options))
    .option('--limit <N>', help.limit, count, 50)
    .option('--after <ID>', help.after, batchId)
    .action(act(list))
  const onOne = (verb: string, description: string, work: Work) =>
    batch.command(verb).description(description).argument('<ID>', help.id, batchId).action(act(work))
  onOne('show', help.show, show)
  batch
    .command('attestation')
    .description(help.attestation)
    .argument('<ID>', help.id, batchId)
    .addOption(required('--out <FILE>', help.out))
    .action(act(attestation))
  onOne('release', help.release, release)
  onOne('reject', help.reject, reject)
}

async function submit(desk: Desk, { wait }: { wait?: true }, directory: string): Promise<number | void> {
  const house = await desk.house()
  const drop = showingProgress(desk, await house.readDrop(directory))
  const { batch: say, states } = desk.say
  const submission = await submitBatch(drop, newId<BatchId>(house.clock.now()), desk.actor, house.door())
  const { batchId, organisationId, state, isNew } = submission
  const words = [isNew ? say.submitted(batchId) : say.known(batchId, states[state])]
  if (!wait) return desk.answer(submission, () => [...words, `→ ${say.follow(batchId)}`].join('\n'))
  desk.note(words[0]!)
  const { exit, view, files, documents, rescans, interrupted } = await waitForBatch(
    desk,
    organisationId,
    batchId,
  )
  desk.answer({ ...submission, state: view.state, batch: { ...view, files, rescans } }, () =>
    [
      sayBatch(desk, view, { documents, files, rescans }),
      ...(interrupted ? [`→ ${say.leftRunning(batchId)}`] : []),
    ].join('\n'),
  )
  return exit
}

/** The same drop; reading each file moves the bar. */
function showingProgress(desk: Desk, drop: Drop): Drop {
  const progress = desk.progress(desk.say.batch.reading)
  let read = 0
  const files = drop.files.map((file) => ({
    ...file,
    async read() {
      const content = await file.read()
      return content.once('end', () => {
        progress.at(++read, drop.files.length)
        if (read === drop.files.length) progress.end()
      })
    },
  }))
  return { ...drop, files }
}

type ListOptions = { state?: BatchState; limit: number; after?: BatchId }

async function list(desk: Desk, { state, limit, after }: ListOptions): Promise<void> {
  const house = await desk.house()
  const filter = { limit, ...(state ? { states: [state] } : {}), ...(after ? { after } : {}) }
  const found = await house.views().batches(await desk.organisation(), filter)
  const { batch: say, states } = desk.say
  const rows = found.map((batch) => [
    batch.id,
    moment(batch.receivedAt),
    batch.box,
    batch.contract,
    states[batch.state],
    `${batch.counted.pages}/${batch.expected.pages}`,
    `${isComposed(batch) ? batch.counted.documents : '—'}/${batch.expected.documents}`,
    (batch.documents.held ?? 0) + (batch.documents.failed ?? 0),
  ])
  desk.answer(found, () => {
    if (rows.length === 0) return desk.say.none
    const more = rows.length === limit ? [desk.say.more(limit)] : []
    return [table(say.columns, rows, desk.width), ...more].join('\n')
  })
}

const show: Work = async (desk, _options, id) => {
  const organisationId = await desk.organisation()
  const views = (await desk.house()).views()
  const view = await views.batch(organisationId, id)
  if (!view) throw new Failure('not-found', { kind: 'batch' })
  const files = await views.files(organisationId, view.id)
  const documents = await views.documents(organisationId, {
    batchId: view.id,
    states: stoppedStates,
    limit: 10_000,
  })
  const rescans = await views.rescans(organisationId, { batchId: view.id })
  desk.answer({ ...view, files, documents: summary(view, documents), rescans }, () =>
    sayBatch(desk, view, { documents, files, rescans }),
  )
}

const summary = (
  view: BatchView,
  documents: readonly { id: string; state: string; reason: string | null }[],
) => ({
  states: view.documents,
  stopped: documents
    .filter(({ reason }) => reason !== null)
    .map(({ id, state, reason }) => ({ id, state, reason })),
})

const release: Work = async (desk, _options, id) => {
  await releaseBatch(await desk.organisation(), id, desk.actor, (await desk.house()).truth())
  desk.answer({ batchId: id, released: true }, () => desk.say.batch.released(id))
}

const reject: Work = async (desk, _options, id) => {
  await rejectBatch(await desk.organisation(), id, desk.actor, (await desk.house()).truth())
  desk.answer({ batchId: id, rejected: true }, () => desk.say.batch.rejected(id))
}
