import { readFileSync } from 'node:fs'

/**
 * Processor time so far, in milliseconds: of this process's main thread, of its other threads, and of the processes that
 * it started, the living and the ended.
 */
export type CpuTime = { readonly main: number; readonly threads: number; readonly children: number }

/** Linux tells the time of other processes in hundredths of a second, whatever its kernel counts in (proc(5), USER_HZ). */
const msPerTick = 10

export function cpuTime(): CpuTime {
  const main = sum(process.threadCpuUsage())
  return { main, threads: sum(process.cpuUsage()) - main, children: childrenTime() }
}

const sum = ({ user, system }: NodeJS.CpuUsage): number => (user + system) / 1000

/** 0 where the system does not tell. */
function childrenTime(): number {
  try {
    const living = readFileSync(`/proc/self/task/${process.pid}/children`, 'latin1').split(' ')
    const alive = living.filter(Boolean).reduce((total, pid) => total + ticksOf(pid).own, 0)
    return (ticksOf('self').ended + alive) * msPerTick
  } catch {
    return 0
  }
}

/** utime + stime, and cutime + cstime; the name before them may hold spaces, and ends with the last parenthesis. */
function ticksOf(pid: string): { own: number; ended: number } {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const [utime, stime, cutime, cstime] = fields.slice(11, 15).map(Number) as [
      number,
      number,
      number,
      number,
    ]
    return { own: utime + stime, ended: cutime + cstime }
  } catch {
    return { own: 0, ended: 0 }
  }
}
