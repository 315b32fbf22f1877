import fc from 'fast-check'
import { vi } from 'vitest'

/** The same trials each time; SCELLE_HOSTILE=long makes two hundred times as many, from another seed each time. */
const isLong = process.env['SCELLE_HOSTILE'] === 'long'
if (isLong) vi.setConfig({ testTimeout: 1_800_000 })
fc.configureGlobal({ ...(isLong ? {} : { seed: 1 }), numRuns: isLong ? 20_000 : 100 })

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
