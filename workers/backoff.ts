/** Longest wait between two attempts, in milliseconds. */
const longest = 10 * 60_000

/**
 * Milliseconds before the attempt after `attempts` failed ones: doubling from `baseMs`, at most ten minutes, of which up
 * to half is left to chance so that what failed together does not come back together. `random` is in [0, 1).
 */
export function backoffMs(attempts: number, baseMs: number, random: () => number): number {
  const full = Math.min(baseMs * 2 ** Math.min(attempts, 30), longest)
  return Math.round(full / 2 + (full / 2) * random())
}
