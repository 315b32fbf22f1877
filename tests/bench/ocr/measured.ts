import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

export type Measured = {
  readonly seconds: number
  /** Of the program and all that it started, as GNU time tells it. */
  readonly cpuSeconds: number
  /** Most that all of them held together, seen twice a second. */
  readonly peakMegabytes: number
  readonly exit: number
  readonly complaint: string
}

/** Runs another's program. One that fails is told of, and stops nobody. */
export async function measured(
  program: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Measured> {
  const folder = await mkdtemp(path.join(tmpdir(), 'scelle-time-'))
  const account = path.join(folder, 'account')
  const begun = performance.now()
  const child = spawn('/usr/bin/time', ['-o', account, '-f', '%U %S', program, ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, ...environment },
  })
  let peak = 0
  const timer = setInterval(() => {
    peak = Math.max(peak, residentKilobytes(child.pid!))
  }, 500)
  try {
    let complaint = ''
    child.stderr.on('data', (part: Buffer) => {
      complaint = (complaint + part.toString()).slice(-4_000)
    })
    const exit = await new Promise<number>((resolve, reject) => {
      child.on('error', reject)
      child.on('close', (code) => resolve(code ?? -1))
    })
    const seconds = (performance.now() - begun) / 1000
    const [user, system] = (await readFile(account, 'utf8')).trim().split('\n').at(-1)!.split(' ').map(Number)
    return { seconds, cpuSeconds: user! + system!, peakMegabytes: peak / 1024, exit, complaint }
  } finally {
    clearInterval(timer)
    await rm(folder, { recursive: true, force: true })
  }
}

/** Of a process and all its descendants (proc(5)). */
function residentKilobytes(root: number): number {
  const parents = new Map<number, number>()
  const held = new Map<number, number>()
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry)))
    try {
      const status = readFileSync(`/proc/${name}/status`, 'latin1')
      parents.set(Number(name), Number(/^PPid:\s+(\d+)/m.exec(status)?.[1]))
      held.set(Number(name), Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0))
    } catch {
      // It has ended while we looked.
    }
  const isBelow = (pid: number | undefined): boolean =>
    pid !== undefined && (pid === root || isBelow(parents.get(pid)))
  return [...held].reduce((sum, [pid, kilobytes]) => sum + (isBelow(pid) ? kilobytes : 0), 0)
}
