import { z } from 'zod'
import { type BatchFile, type BatchState } from '../domain/batch.ts'
import { custodyEvent } from '../domain/custody.ts'
import { BatchId } from '../domain/ids.ts'
import { composeWhenExamined } from './compose-documents.ts'
import { completed, defineStage } from './stage.ts'
import { failBatch, holdBatch } from './stopping.ts'

const Verdict = z.object({
  file: z.custom<BatchFile>(),
  verdict: z.enum(['split', 'file-kind-unknown', 'file-duplicate']),
})

/** Takes up a batch that came through the door: says of each file whether it will be read, and why not. */
export const registerBatch = defineStage({
  name: 'register-batch',
  queue: 'batch',
  input: z.object({
    batchId: BatchId,
    files: z.array(z.object({ file: z.custom<BatchFile>(), twin: z.boolean() })),
  }),
  output: z.object({ batchId: BatchId, verdicts: z.array(Verdict) }),
  needs: [],

  async load(subjectId, records) {
    const batch = await records.batches.find(subjectId as BatchId)
    if (batch?.state !== ('received' satisfies BatchState)) return undefined
    const files = await records.files.ofBatch(batch.id)
    const twins = await records.files.twins(batch.id)
    return { batchId: batch.id, files: files.map((file) => ({ file, twin: twins.has(file.id) })) }
  },

  async run({ batchId, files }) {
    const seen = new Set<string>()
    const verdicts = files.map(({ file, twin }) => {
      const isRepeated = twin || seen.has(file.sha256)
      seen.add(file.sha256)
      const verdict = isRepeated ? 'file-duplicate' : file.kind === null ? 'file-kind-unknown' : 'split'
      return { file, verdict } as const
    })
    return completed({ batchId, verdicts }, [
      custodyEvent('batch-registered', { batchId }, { details: { files: files.length } }),
      ...verdicts.map(({ file, verdict }) => {
        const subject = { batchId, fileId: file.id }
        const digests = { sha256: file.sha256, sha512: file.sha512 }
        if (verdict === 'split')
          return custodyEvent('file-staged', subject, { digests, details: { bytes: file.bytes } })
        if (verdict === 'file-duplicate') return custodyEvent('file-duplicate-found', subject, { digests })
        return custodyEvent('file-rejected', subject, { digests, details: { reason: verdict } })
      }),
    ])
  },

  async settle({ batchId, verdicts }, records, context) {
    await records.batches.change(batchId, { state: 'registered' })
    const accepted = verdicts.filter(({ verdict }) => verdict === 'split').map(({ file }) => file.id)
    await records.orders.place({ batchId, queue: 'page', stage: 'split-pages', subjectId: accepted })
    for (const { file, verdict } of verdicts) {
      if (verdict === 'split') continue
      const state = verdict === 'file-duplicate' ? 'duplicate' : 'rejected'
      await records.files.change(file.id, { state, reason: verdict, facts: { position: file.position } })
    }
    await composeWhenExamined(batchId, records, context)
  },

  hold: holdBatch,
  fail: failBatch,
})
