import type { z } from 'zod'
import type { Actor, CustodyEvent } from '../domain/custody.ts'
import type { Facts, Failure } from '../domain/failure.ts'
import type { FailureCode } from '../domain/failures.ts'
import type { BatchId, OrganisationId } from '../domain/ids.ts'
import type { QueueName } from '../domain/order.ts'
import type { Ports } from '../ports.ts'
import type { Records } from '../records.ts'

export type Outcome<Output> =
  | { readonly kind: 'completed'; readonly output: Output; readonly events: readonly CustodyEvent[] }
  | {
      readonly kind: 'held'
      readonly reason: FailureCode
      readonly facts: Facts
      readonly events: readonly CustodyEvent[]
    }

export type StageContext = {
  /** Aborted when the batch is rejected or the process stops. */
  readonly signal: AbortSignal
  readonly organisationId: OrganisationId
  readonly batchId: BatchId
  readonly now: Date
  /** Who answers for the events: `stage.<name>`. */
  readonly actor: Actor
  /** The order being carried out. */
  readonly orderId: string
}

/**
 * One step of the way of a batch.
 *
 * `load` reads what the step needs (undefined: nothing left to do, the order is cancelled); `run` does the work, without
 * a database, and may run any number of times; `settle` writes its output, exactly once, in the transaction that also
 * appends the custody events and the next orders. `hold` and `fail` say what becomes of the subject otherwise.
 */
export type Stage<Input = unknown, Output = unknown, Need extends keyof Ports = keyof Ports> = {
  readonly name: string
  readonly queue: QueueName
  readonly input: z.ZodType<Input>
  readonly output: z.ZodType<Output>
  readonly needs: readonly Need[]
  load(
    subjectId: string,
    records: Records,
    context: StageContext,
  ): Promise<z.input<z.ZodType<Input>> | undefined>
  run(input: Input, ports: Pick<Ports, Need>, context: StageContext): Promise<Outcome<Output>>
  settle(output: Output, records: Records, context: StageContext): Promise<void>
  /** An expected stop that a person, or a consent, can lift. */
  hold(
    subjectId: string,
    reason: FailureCode,
    facts: Facts,
    records: Records,
    context: StageContext,
  ): Promise<void>
  /** The step failed for good: the subject gets its final state, with the reason. */
  fail(subjectId: string, failure: Failure, records: Records, context: StageContext): Promise<void>
}

/** Checks the stage's types where it is written. */
export const defineStage = <Input, Output, Need extends keyof Ports>(
  stage: Stage<Input, Output, Need>,
): Stage<Input, Output, Need> => stage

export const completed = <Output>(output: Output, events: readonly CustodyEvent[] = []): Outcome<Output> => ({
  kind: 'completed',
  output,
  events,
})

export const held = (
  reason: FailureCode,
  facts: Facts = {},
  events: readonly CustodyEvent[] = [],
): Outcome<never> => ({
  kind: 'held',
  reason,
  facts,
  events,
})
