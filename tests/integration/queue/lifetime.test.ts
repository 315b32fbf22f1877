import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'scelle-lifetime-'))
})
afterAll(() => rm(folder, { recursive: true }))

/** A process that works until it is told to stop, and takes its time before it listens. */
async function startSlowly(ms: number) {
  const program = path.join(folder, `slow-${ms}.ts`)
  const lifetime = JSON.stringify(new URL('../../../workers/lifetime.ts', import.meta.url).href)
  await writeFile(
    program,
    `await new Promise((resolve) => setTimeout(resolve, ${ms}))
     const { live, openLog } = await import(${lifetime})
     await live(openLog('slow'), async () => {
       setInterval(() => {}, 1_000)
       return { stopMs: 1_000, stop: async () => {} }
     })`,
  )
  const child = fork(program, { stdio: 'ignore' })
  await once(child, 'spawn')
  return child
}

test.each([0, 1_500])('a process whose parent goes ends, though it listens only after %i ms', async (ms) => {
  const child = await startSlowly(ms)
  const ended = once(child, 'exit')
  child.disconnect()
  const killed = setTimeout(() => child.kill('SIGKILL'), 15_000)
  expect(await ended).toEqual([0, null])
  clearTimeout(killed)
})
