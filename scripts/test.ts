import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isInstalled, type Tool, tools } from '../tests/tools.ts'

// Every test. As root on Debian or Ubuntu it installs what the suites need; elsewhere it says what stays out, and why.

const missing = () => (Object.keys(tools) as Tool[]).filter((tool) => !isInstalled(tool))

function isDebian(): boolean {
  const release = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : ''
  return /^ID(_LIKE)?=.*\b(debian|ubuntu)\b/m.test(release)
}

/** Debian starts a service as soon as it is installed, unless this file says no (invoke-rc.d(8)): the tests start their own. */
function withoutStartingServices(install: () => void): void {
  const policy = '/usr/sbin/policy-rc.d'
  const ours = !existsSync(policy)
  if (ours) writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 })
  try {
    install()
  } finally {
    if (ours) rmSync(policy)
  }
}

function apt(...args: string[]): boolean {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const { status, stdout, stderr } = spawnSync('apt-get', ['-q', ...args], { env, encoding: 'utf8' })
  if (status !== 0) console.error(`apt-get ${args[0]} failed:\n${(stdout + stderr).trim()}`)
  return status === 0
}

function installMissing(): void {
  const packages = [...new Set(missing().flatMap((tool) => tools[tool].package.split(' ')))]
  if (packages.length === 0) return
  if (process.getuid?.() !== 0 || !isDebian()) return
  console.log(`Installing what the suites need: ${packages.join(', ')}`)
  withoutStartingServices(() => {
    apt('update')
    apt('install', '-y', '--no-install-recommends', ...packages)
  })
}

installMissing()
for (const tool of missing()) {
  console.log(`Left out: ${tools[tool].suites}, for want of ${tool} (Debian package ${tools[tool].package})`)
}

const folder = mkdtempSync(join(tmpdir(), 'scelle-tests-'))
const results = join(folder, 'results.json')
const given = process.argv.slice(2)
const { status } = spawnSync(
  'vitest',
  ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${results}`, ...given],
  { stdio: 'inherit' },
)

type Results = {
  numPassedTests: number
  numFailedTests: number
  numPendingTests: number
  numFailedTestSuites: number
}
const counted: Partial<Results> = existsSync(results)
  ? (JSON.parse(readFileSync(results, 'utf8')) as Results)
  : {}
rmSync(folder, { recursive: true })

const { numPassedTests: passed = 0, numPendingTests: skipped = 0 } = counted
// A file that could not be loaded holds no failed test, yet is a failure.
const failed = counted.numFailedTests || (status === 0 ? 0 : 1)
const code = status ?? 1
const line = `${passed} passed, ${failed} failed`
if (skipped > 0) console.log(`${skipped} left out`)
console.log(line)
if (process.env.SCELLE_TEST_COUNTS) writeFileSync(process.env.SCELLE_TEST_COUNTS, `${line}\n`)
process.exit(code)
