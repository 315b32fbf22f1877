import { defineConfig } from 'vitest/config'

const project = (
  name: string,
  testTimeout: number,
  globalSetup: string[] = ['tests/global-postgres.ts'],
) => ({
  test: {
    name,
    include: [`tests/${name}/**/*.test.ts`],
    testTimeout,
    hookTimeout: 120_000,
    globalSetup,
  },
})

export default defineConfig({
  test: {
    projects: [
      project('unit', 5_000, []),
      project('integration', 120_000),
      project('contracts', 120_000),
      project('e2e', 600_000),
      project('faults', 600_000),
    ],
  },
})
