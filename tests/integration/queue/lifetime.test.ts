import { type ChildProcess, fork } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'

const lifetime = JSON.stringify(new URL('../../../workers/lifetime.ts', import.meta.url).href)
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'scelle-lifetime-'))
})
afterAll(() => rm(folder, { recursive: true }))

/** A process that works until it is told to stop, and takes its time before it listens. */
const slow = (ms: number) => `
  await new Promise((resolve) => setTimeout(resolve, ${ms}))
  const { live, openLog } = await import(${lifetime})
  await live(openLog('slow'), async () => {
    setInterval(() => {}, 1_000)
    return { stopMs: 1_000, stop: async () => {} }
  })`
/** One whose work ends in a fault once it is told to. */
const faulty = `
  const { live, openLog } = await import(${lifetime})
  await live(openLog('faulty'), async () => {
    process.on('message', () => Promise.reject(new Error('fault')))
    return { stopMs: 1_000, stop: async () => {} }
  })`

async function start(content: string, stdout: 'ignore' | 'pipe' = 'ignore') {
  const program = path.join(folder, `${randomUUID()}.ts`)
  await writeFile(program, content)
  const child = fork(program, { stdio: ['ignore', stdout, 'ignore', 'ipc'] })
  await once(child, 'spawn')
  return child
}

/** Exit code and signal; killed when it takes too long. */
async function endOf(child: ChildProcess): Promise<unknown[]> {
  const killed = setTimeout(() => child.kill('SIGKILL'), 15_000)
  const end: unknown[] = await once(child, 'exit')
  clearTimeout(killed)
  return end
}

test.each([0, 1_500])('a process whose parent goes ends, though it listens only after %i ms', async (ms) => {
  const child = await start(slow(ms))
  child.disconnect()
  expect(await endOf(child)).toEqual([0, null])
})

test('a process ends once it has something to say and nobody reads its log any more', async () => {
  const child = await start(slow(0), 'pipe')
  child.stdout!.destroy()
  expect(await endOf(child)).toEqual([0, null])
})

test('a fault ends a process although nobody reads of it', async () => {
  const child = await start(faulty, 'pipe')
  await once(child.stdout!, 'data') // it has said that it started
  child.stdout!.destroy()
  child.send('fault')
  expect(await endOf(child)).toEqual([9, null])
})
