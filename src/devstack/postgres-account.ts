import { readFile, stat } from 'node:fs/promises'

/** A system account that a server runs under instead of root. */
export type Account = { readonly uid: number; readonly gid: number }

/**
 * PostgreSQL refuses to run as root. Root therefore lends it another account: the owner of an existing cluster, else
 * `postgres` or `nobody`. Undefined when there is nothing to change. Nobody is created.
 */
export async function serverAccount(cluster: string): Promise<Account | undefined> {
  if (process.getuid?.() !== 0) return undefined
  const owner = await stat(cluster).catch(() => undefined)
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid }
  const accounts = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'))
  for (const wanted of ['postgres', 'nobody']) {
    const found = accounts.find(([name]) => name === wanted)
    if (found) return { uid: Number(found[2]), gid: Number(found[3]) }
  }
  throw new Error('PostgreSQL cannot run as root and there is no account « nobody » to run it under.')
}
