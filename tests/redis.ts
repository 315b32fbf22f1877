import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { isInstalled } from './tools.ts'

export type TestRedis = {
  readonly url: string
  readonly port: number
  readonly pid: number
  stop(): Promise<void>
}

/** Whether Debian's redis-server is there; when not, says on the terminal which suite is left out for want of it. */
export function hasRedis(suite: string): boolean {
  const found = isInstalled('redis-server')
  if (!found) console.warn(`Left out: ${suite}. It needs redis-server (apt-get install redis-server).`)
  return found
}

/** A real Redis of its own on a free port, empty, as a deployment would set it (no eviction). Keeps nothing on disk. */
export async function startRedis(onPort?: number): Promise<TestRedis> {
  const directory = await mkdtemp(path.join(os.tmpdir(), 'scelle-redis-'))
  const port = onPort ?? (await freePort())
  const options = { port, bind: '127.0.0.1', dir: directory, save: '', 'maxmemory-policy': 'noeviction' }
  const server = spawn(
    'redis-server',
    Object.entries(options).flatMap(([name, value]) => [`--${name}`, `${value}`]),
    { stdio: ['ignore', 'pipe', 'ignore'] },
  )
  const ended = once(server, 'exit')
  await readiness(server.stdout, ended)
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    pid: server.pid!,
    async stop() {
      server.kill('SIGTERM')
      await Promise.race([ended, sleep(3_000).then(() => server.kill('SIGKILL'))])
      await ended
      await rm(directory, { recursive: true, force: true })
    },
  }
}

async function readiness(output: NodeJS.ReadableStream, ended: Promise<unknown>): Promise<void> {
  const ready = new Promise<void>((resolve) => {
    let said = ''
    output.on('data', (chunk) => {
      said += chunk
      if (said.includes('Ready to accept connections')) resolve()
    })
  })
  const refused = ended.then(() => {
    throw new Error('redis-server ended before it was ready')
  })
  await Promise.race([ready, refused])
  refused.catch(() => {})
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  return port
}
