import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { isInstalled } from '../../tools.ts'

const run = promisify(execFile)
const sources = '/usr/share/gocode/src/golang.org/x/mod/sumdb/tlog'

/** Why the published ledger cannot be shown to the Go project's packages here; undefined when it can. */
export const noGo = !isInstalled('go')
  ? 'go is not installed'
  : existsSync(sources)
    ? undefined
    : 'golang-golang-x-mod-dev is not installed'

export type Checker = {
  /** What it says, and whether it accepts. */
  check(...args: readonly string[]): Promise<{ accepted: boolean; said: string }>
  /** Writes files into a folder of their own. */
  folderOf(files: ReadonlyMap<string, Buffer>): Promise<string>
  close(): Promise<void>
}

/** Builds check.go with Debian's packages alone: no module is fetched. */
export async function buildChecker(): Promise<Checker> {
  const folder = await mkdtemp(path.join(tmpdir(), 'scelle-go-'))
  const program = path.join(folder, 'check')
  const env = {
    ...{ PATH: process.env.PATH, HOME: folder, GO111MODULE: 'off', GOFLAGS: '', GOTOOLCHAIN: 'local' },
    ...{ GOPATH: '/usr/share/gocode', GOCACHE: path.join(folder, 'cache'), CGO_ENABLED: '0' },
  }
  await run('go', ['build', '-o', program, fileURLToPath(new URL('check.go', import.meta.url))], { env })
  let made = 0
  return {
    async check(...args) {
      return run(program, args).then(
        ({ stdout }) => ({ accepted: true, said: stdout }),
        ({ stdout }: { stdout: string }) => ({ accepted: false, said: stdout }),
      )
    },
    async folderOf(files) {
      const place = path.join(folder, `log-${++made}`)
      for (const [name, content] of files) {
        const file = path.join(place, ...name.split('/'))
        await mkdir(path.dirname(file), { recursive: true })
        await writeFile(file, content)
      }
      return place
    },
    close: () => rm(folder, { recursive: true, force: true }),
  }
}
