import { asFailure, Failure } from '../../domain/failure.ts'
import type { TimestampAuthority } from '../../evidence-ports.ts'
import { type AuthorityOptions, askAuthority, type Outside } from './authority.ts'

/** Who failed is asked last for so long. */
const restMs = 60_000

/**
 * Several authorities as one: the first of the configuration that gives a good token. One that just failed is asked after
 * those that did not, so that an outage costs its time limit once a minute and not with every token.
 *
 * `stamp` throws Failure timestamp-away when any of them could not be asked, else what was wrong with the first one's token.
 */
export function openTimestampAuthorities(
  authorities: readonly AuthorityOptions[],
  outside: Outside,
  onFailure: (failure: Failure) => void = () => {},
): TimestampAuthority {
  const restingUntil = new Map<string, number>()
  const isResting = ({ name }: AuthorityOptions): boolean => (restingUntil.get(name) ?? 0) > performance.now()

  return {
    async stamp(digest, signal) {
      const failures: Failure[] = []
      const fresh = authorities.filter((authority) => !isResting(authority))
      for (const authority of [...fresh, ...authorities.filter(isResting)]) {
        try {
          const token = await askAuthority(authority, digest, outside, signal)
          restingUntil.delete(authority.name)
          return token
        } catch (error) {
          const failure = asFailure(error)
          if (failure.code === 'cancelled' || failure.code === 'unexpected') throw error
          restingUntil.set(authority.name, performance.now() + restMs)
          onFailure(failure)
          failures.push(failure)
        }
      }
      throw (
        failures.find(({ code }) => code === 'timestamp-away') ??
        failures[0] ??
        new Failure('timestamp-away', { authority: '-', reason: 'none-configured' })
      )
    },
  }
}
