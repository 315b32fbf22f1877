/** SCELLE_HOSTILE=long tries a hundred times as much. */
export const trials = process.env['SCELLE_HOSTILE'] === 'long' ? 20_000 : 200

/** Processor time of the quickest of five tries, in microseconds. */
function costOf(work: () => unknown): number {
  const costs = Array.from({ length: 5 }, () => {
    const before = process.cpuUsage()
    work()
    const { user, system } = process.cpuUsage(before)
    return user + system
  })
  return Math.max(1, Math.min(...costs))
}

/**
 * How much dearer a parser's work gets when its input is eight times as long: 8 if it is in proportion, 64 if each part
 * is compared with each other. Inputs should cost some milliseconds.
 */
export function growthOf(size: number, inputOf: (size: number) => () => unknown): number {
  const [small, large] = [inputOf(size), inputOf(size * 8)]
  small()
  return costOf(large) / costOf(small)
}

/** Well below what a quadratic parser shows, well above what a noisy machine adds. */
export const proportionate = 24

/** The code of the failure that a parser throws, or `accepted`; any other exception goes on to the test. */
export function verdictOf(parse: () => unknown): string {
  try {
    parse()
    return 'accepted'
  } catch (error) {
    if (error instanceof Error && error.name === 'Failure') return (error as Error & { code: string }).code
    throw error
  }
}
