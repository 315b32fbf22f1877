import { readFile, readlink, realpath } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/**
 * A process killed outright may leave its server behind, on the same files. Ends such an orphan; refuses when the
 * process that started the server is alive, because then it is in use. `ownerFile` holds that process's id.
 */
export async function stopOrphan(cluster: string, ownerFile: string): Promise<void> {
  const server = await runningServer(cluster)
  if (server === undefined) return
  const owner = await readNumber(ownerFile)
  if (owner !== undefined && isAlive(owner)) {
    throw new Error(`The database in ${cluster} is in use by process ${owner}: stop it first.`)
  }
  await endServer(server, async () => (await runningServer(cluster)) === server)
}

/** Asks for a fast shutdown (SIGINT), then an immediate one (SIGQUIT): neither loses a committed transaction. */
export async function endServer(pid: number, isRunning = async () => isAlive(pid)): Promise<void> {
  for (const signal of ['SIGINT', 'SIGQUIT'] as const) {
    if (!send(pid, signal)) return
    for (const end = Date.now() + 10_000; Date.now() < end; await sleep(20)) {
      if (!(await isRunning())) return
    }
  }
  throw new Error(`The database server ${pid} does not stop.`)
}

async function runningServer(cluster: string): Promise<number | undefined> {
  const pid = await readNumber(path.join(cluster, 'postmaster.pid'))
  if (pid === undefined || !isAlive(pid)) return undefined
  if (process.platform !== 'linux') return pid
  // The number may be another process's by now, or a dead one's that nobody buried: a server stands in its own cluster.
  const standsIn = await readlink(`/proc/${pid}/cwd`).catch(() => undefined)
  return standsIn === (await realpath(cluster)) ? pid : undefined
}

const isAlive = (pid: number): boolean => send(pid, 0)

function send(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

async function readNumber(file: string): Promise<number | undefined> {
  const number = Number.parseInt(await readFile(file, 'utf8').catch(() => ''), 10)
  return Number.isSafeInteger(number) && number > 0 ? number : undefined
}
