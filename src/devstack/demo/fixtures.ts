import { fileURLToPath } from 'node:url'

/** The sample files that the demonstration drops. */
export const fixtures = fileURLToPath(new URL('../../../fixtures/', import.meta.url))
