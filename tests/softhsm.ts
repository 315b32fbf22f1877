import { execFileSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { LinkSettings } from '../src/adapters/pkcs11/link.ts'
import { isInstalled } from './tools.ts'

// SoftHSM 2: an HSM in software, whose tokens are folders. Each test file has its own; nothing of them stays.

const modules = [
  '/usr/lib/softhsm/libsofthsm2.so',
  '/usr/local/lib/softhsm/libsofthsm2.so',
  '/opt/homebrew/lib/softhsm/libsofthsm2.so',
]

function isDriverBuilt(): boolean {
  try {
    createRequire(import.meta.url)('pkcs11js')
    return true
  } catch {
    return false
  }
}

/** Why no HSM can be tried here; undefined where one can. */
export const noHsm: string | undefined = !isInstalled('softhsm2-util')
  ? 'softhsm2 is not installed'
  : !isDriverBuilt()
    ? 'pkcs11js was not built: npm found no compiler'
    : modules.some(existsSync)
      ? undefined
      : 'the library of softhsm2 is in none of its usual places'
if (noHsm) console.log(`Left out: keys in an HSM (${noHsm})`)

export type SoftHsm = {
  /** A new token with a PIN of its own. */
  token(settings?: Partial<LinkSettings>): LinkSettings
  /** As if it had been unplugged. */
  unplug(): void
  plugIn(): void
  /** For programs that are started from here. */
  readonly environment: { readonly SOFTHSM2_CONF: string }
  destroy(): void
}

export function startSoftHsm(): SoftHsm {
  const folder = mkdtempSync(join(tmpdir(), 'scelle-hsm-'))
  const [tokens, drawer, configuration] = ['tokens', 'drawer', 'softhsm2.conf'].map((name) =>
    join(folder, name),
  ) as [string, string, string]
  mkdirSync(tokens)
  writeFileSync(configuration, `directories.tokendir = ${tokens}\nlog.level = ERROR\n`)
  process.env.SOFTHSM2_CONF = configuration
  return {
    environment: { SOFTHSM2_CONF: configuration },
    token(settings = {}) {
      const [token, pin] = [`scelle ${randomUUID().slice(0, 8)}`, randomUUID()]
      const pinFile = join(folder, `${token}.pin`)
      writeFileSync(pinFile, `${pin}\n`, { mode: 0o600 })
      const options = ['--init-token', '--free', '--label', token, '--pin', pin, '--so-pin', randomUUID()]
      execFileSync('softhsm2-util', options, { stdio: ['ignore', 'ignore', 'pipe'] })
      const module = modules.find(existsSync)!
      return { module, token, pinFile, sessions: 2, timeoutSeconds: 10, ...settings }
    },
    unplug: () => renameSync(tokens, drawer),
    plugIn: () => renameSync(drawer, tokens),
    destroy: () => rmSync(folder, { recursive: true }),
  }
}
