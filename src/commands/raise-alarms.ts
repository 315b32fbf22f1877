import { type Alarm, type AlarmLimits, alarmsOf, changesOf, type Observation } from '../domain/alarm.ts'
import type { Clock } from '../ports.ts'

export type Changes = ReturnType<typeof changesOf<Pick<Alarm, 'code' | 'subject' | 'since' | 'facts'>>>

/** What telling alarms needs. */
export type Watch = {
  readonly lookout: { look(quietBefore?: Date): Promise<Observation> }
  readonly book: {
    standing(): Promise<Pick<Alarm, 'code' | 'subject' | 'since' | 'facts'>[]>
    began(alarms: readonly Alarm[]): Promise<void>
    ended(alarms: readonly Pick<Alarm, 'code' | 'subject'>[]): Promise<void>
  }
  /** Tells somebody. */
  readonly tell: (changes: Changes) => void
  readonly clock: Clock
  readonly limits: AlarmLimits
}

/**
 * Looks at the whole house and tells which alarms began and which ended since the last look, whoever looked then. They are
 * told before they are written down: what cannot be written is told again at the next look, and never kept silent.
 */
export async function raiseAlarms({ lookout, book, tell, clock, limits }: Watch): Promise<void> {
  const now = clock.now()
  const quietBefore = new Date(now.getTime() - limits.batchStallsAfterMinutes * 60_000)
  const present = alarmsOf(await lookout.look(quietBefore), limits, now)
  const changes = changesOf(await book.standing(), present)
  tell(changes)
  await book.began(changes.began)
  await book.ended(changes.ended)
}
