import { type Alarm, type AlarmLimits, alarmsOf, changesOf, type Observation } from '../domain/alarm.ts'
import type { Clock } from '../ports.ts'

/** What telling alarms needs. */
export type Watch = {
  readonly lookout: { look(quietBefore: Date): Promise<Observation> }
  readonly book: {
    standing(): Promise<Pick<Alarm, 'code' | 'subject' | 'since' | 'facts'>[]>
    began(alarms: readonly Alarm[]): Promise<void>
    ended(alarms: readonly Pick<Alarm, 'code' | 'subject'>[]): Promise<void>
  }
  readonly clock: Clock
  readonly limits: AlarmLimits
}

/**
 * Looks at the whole house, writes down which alarms stand, and returns those that began and those that ended since the
 * last look, whoever looked then.
 */
export async function raiseAlarms({ lookout, book, clock, limits }: Watch) {
  const now = clock.now()
  const quietBefore = new Date(now.getTime() - limits.batchStallsAfterMinutes * 60_000)
  const present = alarmsOf(await lookout.look(quietBefore), limits, now)
  const changes = changesOf(await book.standing(), present)
  await book.began(changes.began)
  await book.ended(changes.ended)
  return changes
}
