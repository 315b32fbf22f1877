#!/usr/bin/env node
// The command line needs Node 24, which runs TypeScript as it is. Where the machine's own Node is older, the one that
// `npm ci` installed takes over.

import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import * as module from 'node:module'
import { constants } from 'node:os'
import { fileURLToPath } from 'node:url'

const at = (path) => fileURLToPath(new URL(path, import.meta.url))
const main = at('../src/cli/main.ts')

// Compiling is half of what a command costs. What was compiled is kept beside the program, never in a shared folder: whoever
// can write there can write the program. Where nobody may, nothing is kept.
process.env.NODE_COMPILE_CACHE ??= at('../node_modules/.cache/compiled')

if (Number(process.versions.node.split('.')[0]) >= 24) {
  process.argv[1] = main
  module.enableCompileCache(process.env.NODE_COMPILE_CACHE)
  await import('../src/cli/main.ts')
} else {
  const node = at('../node_modules/node/bin/node')
  if (!existsSync(node)) {
    console.error(
      `scelle needs Node 24 or later (this is ${process.version}): install it, or run \`npm ci\` here.`,
    )
    process.exit(9)
  }
  const child = spawn(node, [main, ...process.argv.slice(2)], { stdio: 'inherit' })
  // Ctrl-C reaches the child from the terminal by itself; the others are passed on. Its end is ours.
  process.on('SIGINT', () => {})
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]))
}
