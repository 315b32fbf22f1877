import { createRequire } from 'node:module'

// The recogniser's thread: tesseract.js's own worker script, kept silent and off every network.
const silent = (): void => {}
for (const method of ['log', 'info', 'warn', 'error', 'debug'] as const) console[method] = silent
globalThis.fetch = () => Promise.reject(new Error('offline'))

// Whoever waits for this thread sees it end and replaces it; an error event nobody listens to would end the process.
process.on('uncaughtException', () => process.exit(1))

createRequire(import.meta.url)('tesseract.js/src/worker-script/node/index.js')
