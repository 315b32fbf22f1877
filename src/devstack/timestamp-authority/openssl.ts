import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** The machine's own openssl in a folder; its file names are relative, so that the folder may be called anything. */
export async function openssl(directory: string, ...args: readonly string[]): Promise<void> {
  await run('openssl', args, { cwd: directory, timeout: 30_000 })
}
