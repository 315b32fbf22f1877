import { createHash } from 'node:crypto'
import type { Readable } from 'node:stream'
import type { Batch, BatchFile } from '../domain/batch.ts'
import { custodyEvent } from '../domain/custody.ts'
import { Failure } from '../domain/failure.ts'
import type { FileId, OrganisationId } from '../domain/ids.ts'
import type { Claim, DroppedFile, HotFolder } from '../ports.ts'
import type { Truth } from '../records.ts'
import { answerOf, type Reason } from './inbox-answer.ts'

type Exit = { readonly truth: Truth; readonly folder: HotFolder; readonly language: 'en' | 'fr' }
type Source = {
  readonly done: readonly string[]
  readonly kept: readonly (Reason & { readonly file: string })[]
}

/**
 * Lets go of the source of a closed batch. A file is removed only if its bytes are those of a file of the batch whose
 * every page was read back from the archive, or refused; anything else goes back to the operator with its reason. Files
 * are known by their bytes, so that being cut off in the middle, or a folder changed meanwhile, mistakes none for another.
 */
export async function letGo(
  claim: Claim,
  organisationId: OrganisationId,
  { truth, folder, language }: Exit,
): Promise<'givenBack' | 'released' | undefined> {
  const found = await truth.transaction(organisationId, async ({ batches, files }) => {
    const batch = await batches.find(claim.batchId)
    // Asked again and again of every batch in the folder, and some wait for weeks: of an open one no more is read.
    if (!batch || batch.closedAt === null) return undefined
    const doneWith = await files.doneWith(claim.batchId)
    return { batch, files: await files.ofBatch(claim.batchId), doneWith }
  })
  if (!found) return undefined
  const { batch, files, doneWith } = found

  const source = await sort(await folder.files(claim), files, batch.state === 'closed' ? doneWith : new Set())
  await recordRelease(batch, source, organisationId, truth)
  const reasons = reasonsOf(batch, source)
  if (reasons.length === 0 && (await folder.release(claim, source.done))) return 'released'
  const said = reasons.length > 0 ? reasons : [{ failure: new Failure('file-not-of-batch') }]
  await folder.giveBack(claim, 'returned', answerOf(said, language, batch.id), source.done)
  return 'givenBack'
}

/** Where the whole batch was rejected, that is said once, and only what else there is to say of single files. */
function reasonsOf({ state, reason }: Batch, { kept }: Source): readonly Reason[] {
  if (state !== 'rejected' || !reason) return kept
  const own = kept.filter(({ failure }) => failure.code !== 'rejected-by-operator')
  return [{ failure: new Failure(reason) }, ...own]
}

/** Sorts what lies in the folder; of files with the same bytes the first is the first of the batch. */
async function sort(
  present: readonly DroppedFile[],
  files: readonly BatchFile[],
  doneWith: ReadonlySet<FileId>,
): Promise<Source> {
  const known = Map.groupBy(files, ({ sha256 }) => sha256)
  const done: string[] = []
  const kept: (Reason & { file: string })[] = []
  for (const { name, read } of present) {
    const same = known.get(await sha256Of(await read()))
    const file = same && same.length > 1 ? same.shift() : same?.[0]
    if (file && doneWith.has(file.id)) done.push(name)
    else kept.push({ file: name, failure: reasonOf(file) })
  }
  return { done, kept }
}

async function sha256Of(content: Readable): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of content) hash.update(chunk as Buffer)
  return hash.digest('hex')
}

/** A file that was read, and is given back: a document in it was rejected. */
function reasonOf(file: BatchFile | undefined): Failure {
  if (!file) return new Failure('file-not-of-batch')
  return new Failure(file.reason ?? 'rejected-by-operator', { ...file.facts, position: file.position })
}

const recordRelease = (
  { id: batchId }: Batch,
  { done, kept }: Source,
  organisationId: OrganisationId,
  truth: Truth,
): Promise<void> =>
  truth.transaction(organisationId, (records) =>
    records.append(
      'inbox',
      [
        custodyEvent(
          'source-released',
          { batchId },
          { details: { files: done.length + kept.length, givenBack: kept.length } },
        ),
      ],
      `source-released/${batchId}`,
    ),
  )
