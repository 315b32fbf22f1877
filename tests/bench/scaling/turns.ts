/**
 * The rule by which waiting orders leave the outbox: each next one is taken from the organisation with the fewest in flight,
 * the oldest first among equals. The same rule, in SQL, is `claim` of the outbox.
 *
 * @param waiting the oldest order of an organisation, undefined when it has none
 * @returns which organisation's order goes next, and its turn; undefined when none waits
 */
export function nextTurn(
  inFlight: readonly number[],
  waiting: (organisation: number) => number | undefined,
): { organisation: number; turn: number } | undefined {
  let best: { organisation: number; turn: number; since: number } | undefined
  for (let organisation = 0; organisation < inFlight.length; organisation++) {
    const since = waiting(organisation)
    if (since === undefined) continue
    const turn = inFlight[organisation]! + 1
    if (!best || turn < best.turn || (turn === best.turn && since < best.since))
      best = { organisation, turn, since }
  }
  return best
}
