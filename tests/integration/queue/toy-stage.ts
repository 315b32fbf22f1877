import { z } from 'zod'
import { custodyEvent } from '../../../src/domain/custody.ts'
import {
  completed,
  defineStage,
  type Outcome,
  type Stage,
  type StageContext,
} from '../../../src/stages/stage.ts'

/** A stage whose effects are custody events; `run` is the test's. */
export function toyStage(
  name: string,
  run: (subjectId: string, context: StageContext) => Promise<Outcome<{ subjectId: string }>> | undefined,
  more: Partial<Stage> & { next?: string } = {},
): Stage {
  const { next, ...overrides } = more
  const effect = (type: 'document-composed' | 'document-held' | 'document-failed', documentId: string) => [
    custodyEvent(type, { documentId }),
  ]
  const stage = defineStage({
    name,
    queue: 'page',
    input: z.object({ subjectId: z.uuid() }),
    output: z.object({ subjectId: z.uuid() }),
    needs: [],
    load: async (subjectId) => ({ subjectId }),
    run: async ({ subjectId }, _ports, context) => (await run(subjectId, context)) ?? done(subjectId),
    async settle({ subjectId }, records, { actor, batchId }) {
      await records.append(actor, effect('document-composed', subjectId))
      if (next) await records.orders.place({ batchId, queue: 'page', stage: next, subjectId })
    },
    hold: (subjectId, _reason, _facts, records, { actor }) =>
      records.append(actor, effect('document-held', subjectId)),
    fail: (subjectId, _failure, records, { actor }) =>
      records.append(actor, effect('document-failed', subjectId)),
  })
  return { ...(stage as unknown as Stage), ...overrides }
}

export const done = (subjectId: string): Outcome<{ subjectId: string }> => completed({ subjectId })
