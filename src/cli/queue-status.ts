import { type Alarm, alarmsOf, aliveOf, type OpenBatch, standingOf } from '../domain/alarm.ts'
import type { House } from '../compose.ts'
import { asFailure } from '../domain/failure.ts'
import { failures } from '../domain/failures.ts'
import { queueNames } from '../domain/order.ts'
import type { Desk } from './desk.ts'
import { type Observed, sayStatus } from './queue-words.ts'

/** The exit code of `--check` when an alarm stands: somebody has to look. */
const exitOnAlarm = 4

/** What the database knows is shown even when the queue does not answer. */
export async function status(desk: Desk, check: boolean): Promise<number> {
  const house = await desk.house()
  const { alarms: limits } = await desk.settings()
  const now = house.clock.now()
  const seen = await house.lookout().look()
  const workers = await house.presence().list()
  const alive = aliveOf(workers, limits, now)
  const observed: Observed = {
    now,
    alarms: alarmsOf(seen, limits, now),
    ...(await askQueues(desk)),
    orders: await house.outbox().counts(),
    staging: await stagingOf(house),
    batches: byStanding(seen.batches, alarmsOf(seen, limits, now)),
    duties: seen.duties,
    workers: workers.map((worker) => ({
      ...worker,
      silent: now.getTime() - worker.beatAt.getTime() > limits.silentAfterSeconds * 1000,
    })),
  }
  const { queues, failure, ...rest } = observed
  const value = { ...rest, alive: [...alive], queues: queues ?? null, failure: failure?.code ?? null }
  desk.answer(value, () => sayStatus(desk, observed))
  if (failure) return failures[failure.code].exit
  return check && observed.alarms.length > 0 ? exitOnAlarm : 0
}

/** What folders outside may be waiting for. */
async function stagingOf(house: House): Promise<Observed['staging']> {
  const { capacity, use } = house.stagingRoom()
  return { held: (await use()).total, capacity: capacity ?? null }
}

function byStanding(batches: readonly OpenBatch[], alarms: readonly Alarm[]): Observed['batches'] {
  const alarmed = new Set(alarms.map(({ subject }) => subject))
  const stalled = batches.filter(({ batchId }) => alarmed.has(batchId))
  const others = batches.filter(({ batchId }) => !alarmed.has(batchId))
  return {
    moving: others.filter((batch) => standingOf(batch) !== 'waiting-for-people').length,
    stalled,
    waitingForPeople: others.filter((batch) => standingOf(batch) === 'waiting-for-people'),
  }
}

async function askQueues(desk: Desk): Promise<Pick<Observed, 'queues' | 'failure'>> {
  try {
    const queues = await (await desk.house()).queues()
    const counts = await queues.counts()
    const oldest = await queues.oldest()
    return { queues: queueNames.map((queue) => ({ queue, ...counts[queue], oldest: oldest[queue] })) }
  } catch (error) {
    return { failure: asFailure(error) }
  }
}
