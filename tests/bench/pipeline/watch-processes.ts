import { readdirSync, readFileSync } from 'node:fs'
import type { WorkerProcess } from '../../../src/devstack/processes.ts'

/** What one process, or one family of processes, used while it was watched. */
export type Usage = {
  readonly role: string
  readonly processes: number
  readonly cpuSeconds: number
  /** Most resident memory, of the largest of them; shared memory of PostgreSQL counted in each of its processes. */
  readonly peakMegabytes: number
}

type Known = { role: string; seconds: number; from: number; peak: number }

const secondsPerTick = 0.01
const everyMs = 500

/**
 * Watches these workers with the processes that they confine, and the servers, until stopped. Time counts from now,
 * memory from each process's start.
 */
export function watchProcesses(crew: readonly WorkerProcess[], stackPid: number): { stop(): Usage[] } {
  const roles = new Map<number, string>([
    ...crew.map(({ kind, child }, place) => [child.pid!, `${kind}-${place}`] as const),
    [stackPid, 's3'],
    [process.pid, 'bench'],
  ])
  const seen = new Map<number, Known>()
  const look = (begins: boolean): void => {
    for (const one of family(roles)) {
      const known = seen.get(one.pid)
      // Who was there before we looked had spent something; who came later is ours from the beginning.
      if (!known) seen.set(one.pid, { ...one, from: begins ? one.seconds : 0 })
      else Object.assign(known, { seconds: one.seconds, peak: Math.max(known.peak, one.peak) })
    }
  }
  look(true)
  const timer = setInterval(() => look(false), everyMs)
  return {
    stop() {
      clearInterval(timer)
      look(false)
      return summed([...seen.values()])
    },
  }
}

function summed(known: readonly Known[]): Usage[] {
  return Object.entries(Object.groupBy(known, ({ role }) => role)).map(([role, group = []]) => ({
    role,
    processes: group.length,
    cpuSeconds: group.reduce((sum, { seconds, from }) => sum + seconds - from, 0),
    peakMegabytes: Math.round(Math.max(...group.map(({ peak }) => peak)) / 1024),
  }))
}

/** Every process that has a role, or whose parent has one. */
function family(roles: ReadonlyMap<number, string>) {
  const all = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  const stats = new Map(all.flatMap((pid) => statOf(Number(pid))))
  const roleOf = (pid: number): string | undefined => {
    const own = roles.get(pid)
    if (own) return own
    const { parent, name } = stats.get(pid)!
    if (parent === process.pid) return name === 'redis-server' ? 'redis' : undefined
    const above = stats.has(parent) ? roleOf(parent) : undefined
    if (above === 's3' || above === 'postgres') return 'postgres'
    return above && !above.endsWith('confined') ? `${above} confined` : above
  }
  return [...stats].flatMap(([pid, { seconds }]) => {
    const role = roleOf(pid)
    return role ? [{ pid, role, seconds, peak: peakOf(pid) }] : []
  })
}

/** A process may end while we look. */
function statOf(pid: number): [number, { name: string; parent: number; seconds: number }][] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    const [start, end] = [stat.indexOf('('), stat.lastIndexOf(')')]
    const fields = stat
      .slice(end + 2)
      .split(' ')
      .map(Number)
    const seconds = (fields[11]! + fields[12]!) * secondsPerTick
    return [[pid, { name: stat.slice(start + 1, end), parent: fields[1]!, seconds }]]
  } catch {
    return []
  }
}

/** Kilobytes (proc(5), VmHWM). */
function peakOf(pid: number): number {
  try {
    return Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1] ?? 0)
  } catch {
    return 0
  }
}
