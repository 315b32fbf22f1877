import fc from 'fast-check'
import { vi } from 'vitest'

/** The same trials each time; SCELLE_HOSTILE=long makes two hundred times as many, from another seed each time. */
const isLong = process.env['SCELLE_HOSTILE'] === 'long'
if (isLong) vi.setConfig({ testTimeout: 1_800_000 })
fc.configureGlobal({ ...(isLong ? {} : { seed: 1 }), numRuns: isLong ? 20_000 : 100 })
