import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

// The suites start hundreds of processes: what one has compiled, the next need not.
process.env['NODE_COMPILE_CACHE'] ??= fileURLToPath(new URL('node_modules/.cache/compiled', import.meta.url))

const project = (
  name: string,
  testTimeout: number,
  globalSetup: string[] = ['tests/global-postgres.ts'],
  groupOrder = 1,
) => ({
  test: {
    name,
    include: [`tests/${name}/**/*.test.ts`],
    testTimeout,
    hookTimeout: 120_000,
    globalSetup,
    setupFiles: ['tests/property-trials.ts'],
    sequence: { groupOrder },
    // By itself vitest leaves one core of two idle.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // Pure rules leave nothing behind for the next file to trip over.
    isolate: name !== 'unit',
  },
})

export default defineConfig({
  test: {
    projects: [
      project('unit', 5_000, [], 0),
      project('integration', 120_000),
      project('contracts', 120_000),
      project('interop', 120_000, []),
      // It looks for plaintext wherever the product may leave some: nothing else may be at work meanwhile.
      project('e2e', 600_000, undefined, 2),
      project('faults', 600_000, undefined, 3),
    ],
  },
})
