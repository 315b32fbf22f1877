import { createRequire } from 'node:module'
import { gunzipSync } from 'node:zlib'
import { readModel } from './models.ts'

// The recogniser's thread: tesseract.js's own worker script, kept silent and off every network.
const silent = (): void => {}
for (const method of ['log', 'info', 'warn', 'error', 'debug'] as const) console[method] = silent
const offline = () => Promise.reject(new Error('offline'))
globalThis.fetch = offline

// Whoever waits for this thread sees it end and replaces it; an error event nobody listens to would end the process.
process.on('uncaughtException', () => process.exit(1))

const require = createRequire(import.meta.url)
require('tesseract.js/src/worker-script/node/index.js')
const script: { setAdapter(adapter: object): void } = require('tesseract.js/src/worker-script/index.js')
// By itself it looks for the models of all languages in one folder, and takes one that is handed to it for its name.
script.setAdapter({
  getCore: require('tesseract.js/src/worker-script/node/getCore.js'),
  gunzip: gunzipSync,
  fetch: offline,
  readCache: readModel,
})
