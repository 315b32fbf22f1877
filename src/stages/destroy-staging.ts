import { z } from 'zod'
import { custodyEvent } from '../domain/custody.ts'
import { BatchId } from '../domain/ids.ts'
import { completed, defineStage } from './stage.ts'

/** Deletes what is left of a closed batch's staging: objects that nobody can open since its key was destroyed. */
export const destroyStaging = defineStage({
  name: 'destroy-staging',
  queue: 'batch',
  input: z.object({ batchId: BatchId, reason: z.enum(['batch-closed', 'batch-rejected']) }),
  output: z.object({ batchId: BatchId, reason: z.string(), objects: z.number() }),
  needs: ['staging'],

  async load(subjectId, records) {
    const batch = await records.batches.find(subjectId as BatchId)
    if (!batch || batch.closedAt === null) return undefined
    return { batchId: batch.id, reason: batch.state === 'rejected' ? 'batch-rejected' : 'batch-closed' }
  },

  async run({ batchId, reason }, { staging }) {
    const objects = await staging.destroy(batchId)
    return completed({ batchId, reason, objects }, [
      custodyEvent('staging-destroyed', { batchId }, { details: { objects, method: 'deletion', reason } }),
    ])
  },

  async settle({ batchId, reason, objects }, records, { actor, now }) {
    await records.destructions.append({
      batchId,
      documentId: null,
      what: 'staging',
      method: 'deletion of objects whose key was destroyed before',
      standard: 'NIST SP 800-88r2 Purge',
      objects,
      orderedBy: actor,
      reason,
      destroyedAt: now,
    })
  },

  hold: async () => {},
  /** The objects are unreadable; the sweeping of staging deletes them later. The failed order stays in sight. */
  fail: async () => {},
})
