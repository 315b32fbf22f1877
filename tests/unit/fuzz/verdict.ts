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
