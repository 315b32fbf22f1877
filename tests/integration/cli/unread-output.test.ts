import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const main = fileURLToPath(new URL('../../../src/cli/main.ts', import.meta.url))

/** What a shell sees of `scelle verify` of a file that is no proof: its exit code. */
const exitOf = (streams: string): string =>
  execFileSync(
    'bash',
    ['-c', `"$0" "$1" verify "$1" ${streams}; echo "\${PIPESTATUS[0]}"`, process.execPath, main],
    {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    },
  ).trim()

test('what was found is in the exit code, also when nobody reads the answer', () => {
  expect(exitOf('| true')).toBe('7')
})

test('a refusal that nobody reads is the same refusal', () => {
  expect(exitOf('--anchors /nowhere 2>&1 >/dev/null | true')).toBe('2')
})

test('an answer that finds no room is a refusal', () => {
  expect(exitOf('>/dev/full')).toBe('2')
})
