import { type CpuTime, cpuTime } from './cpu-time.ts'

/** What one order has cost so far. */
type Bill = { main: number; threads: number; children: number }

/** Shares the processor time of this process, and of those it started, among the orders at work. */
export type CpuAccount = {
  open(): Bill
  /** Milliseconds. */
  close(bill: Bill): CpuTime
}

const parts = ['main', 'threads', 'children'] as const

/** What is spent while several orders are at work is shared evenly among them: all bills together are what was spent. */
export function createCpuAccount(read: () => CpuTime = cpuTime): CpuAccount {
  const bills = new Set<Bill>()
  let last = read()

  const share = (): void => {
    const now = read()
    // A child that ends before it is counted as ended would make time run backwards.
    for (const bill of bills)
      for (const part of parts) bill[part] += Math.max(0, now[part] - last[part]) / bills.size
    last = now
  }
  return {
    open() {
      share()
      const bill = { main: 0, threads: 0, children: 0 }
      bills.add(bill)
      return bill
    },
    close(bill) {
      share()
      bills.delete(bill)
      const { main, threads, children } = bill
      return { main: Math.round(main), threads: Math.round(threads), children: Math.round(children) }
    },
  }
}
