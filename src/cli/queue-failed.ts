import { isRetryable, type Trouble } from '../domain/trouble.ts'
import type { Desk } from './desk.ts'
import { ageOf } from './queue-age.ts'
import { sayReason } from './refusal.ts'

/** Each with its reason, its tries and what to do; at the end, how many there are. */
export function sayTroubles(desk: Desk, troubles: readonly Trouble[], now: Date): string {
  const { queue: say } = desk.say
  const failed = troubles.filter(({ state }) => state === 'failed').length
  const canRetry = troubles.some(({ remedy }) => isRetryable(remedy))
  return [
    ...troubles.map((one) => sayTrouble(desk, one, now)),
    [say.failedCount(failed, troubles.length - failed), ...(canRetry ? [`→ ${say.retryAll}`] : [])].join(
      '\n',
    ),
  ].join('\n\n')
}

function sayTrouble(desk: Desk, trouble: Trouble, now: Date): string {
  const { queue: say } = desk.say
  const { orderId, batchId, stage, code, facts, state } = trouble
  const { what, todo } = sayReason(code, { documentId: trouble.documentId ?? '', ...facts }, desk.language)
  const mark = state === 'failed' ? '✗' : '…'
  const tries = [say.tries(trouble.tries), ...(trouble.failedAt ? [say.lastTry(ago(trouble.failedAt))] : [])]
  return [
    `${mark} ${orderId} · ${desk.say.orderStates[state]}`,
    `  ${say.stages[stage] ?? stage} (${stage})`,
    `  ${say.about[kindOf(trouble)]} ${trouble.subjectId}`,
    ...(trouble.subjectId === batchId ? [] : [`  ${say.about.batch} ${batchId}`]),
    `  ${what} (${code})`,
    `  ${[...tries, next()].join(' · ')}`,
    ...remedyOf(),
  ].join('\n')

  function ago(date: Date): string {
    return say.ago(ageOf(now.getTime() - date.getTime(), say.days))
  }
  function next(): string {
    if (!trouble.nextAt) return say.onlyByPerson
    const left = trouble.nextAt.getTime() - now.getTime()
    return left <= 0 ? say.now : say.nextTry(ageOf(left, say.days))
  }
  function remedyOf(): string[] {
    if (trouble.remedy === 'scan') return [`  → ${say.giveBack}`]
    return isRetryable(trouble.remedy) ? [`  → ${todo}`, `  → ${say.retryWith(orderId)}`] : []
  }
}

function kindOf({ queue, stage }: Trouble): 'document' | 'page' | 'batch' | 'file' {
  if (stage === 'split-pages') return 'file'
  return queue
}
