import { type ConsentQuestion, documentGate } from '../domain/consent.ts'
import { custodyEvent } from '../domain/custody.ts'
import type { Document } from '../domain/document.ts'
import type { Records } from '../records.ts'
import type { StageContext } from './stage.ts'

/**
 * What becomes of archived content that its patient has turned against is for the service to say; nothing is deleted in
 * silence, and reading is blocked by the gate meanwhile. A decision that clears the document takes the question back.
 */
export async function askService(
  { id: documentId, batchId, question: asked }: Document,
  consent: ConsentQuestion,
  records: Records,
  { actor, now }: Pick<StageContext, 'actor' | 'now'>,
): Promise<void> {
  const verdict = documentGate(consent, now)
  const isAgainst =
    verdict.kind === 'refused' || (verdict.kind === 'held' && verdict.reason === 'consent-withdrawn')
  const question = isAgainst ? 'withdrawn-after-deposit' : verdict.kind === 'cleared' ? null : asked
  if (question === asked) return
  await records.documents.change(documentId, { question })
  if (!question) return
  const status = verdict.kind === 'refused' ? 'refused' : 'withdrawn'
  await records.append(actor, [
    custodyEvent('withdrawal-noted', { batchId, documentId }, { details: { status } }),
  ])
}
