import { type FaultKind, faultKinds, sayFault } from './faults.ts'
import type { ViolationKind } from './invariants.ts'
import type { TrialResult } from './trial.ts'

/** One line, as trials come in. */
export function sayTrial(
  name: string,
  { faults, violations, recoverySeconds, seconds }: TrialResult,
): string {
  const verdict =
    violations.length === 0 ? 'well' : `VIOLATED: ${violations.map(({ what }) => what).join(' · ')}`
  return `${name.padEnd(16)} ${faults.map(sayFault).join(' ')} → ${verdict}; recovered in ${recoverySeconds} s, ${seconds} s in all`
}

type Counted = { readonly name: string; readonly result: TrialResult }

/** The table that stands in docs/reliability.md. */
export function sayTotals(all: readonly Counted[]): string {
  const results = all.map(({ result }) => result)
  const count = (kind: ViolationKind) =>
    results.filter(({ violations }) => violations.some((one) => one.kind === kind)).length
  const total = (what: (result: TrialResult) => number) => results.reduce((sum, one) => sum + what(one), 0)
  const times = results.map(({ recoverySeconds }) => recoverySeconds)
  const lines = [
    '| | |',
    '|---|---:|',
    `| trials | ${results.length} |`,
    `| pages, documents | ${total(({ pages }) => pages)}, ${total(({ documents }) => documents)} |`,
    `| faults | ${total(({ faults }) => faults.length)} |`,
    `| trials with a loss | ${count('loss')} |`,
    `| trials with a duplicate | ${count('duplicate')} |`,
    `| trials with plaintext left | ${count('plaintext')} |`,
    `| trials whose ledger does not verify | ${count('ledger')} |`,
    `| release of the sources too early, or not recorded | ${count('release')} |`,
    `| trials with something left running or waiting | ${count('rest')} |`,
    `| scans of everything for plaintext | ${results.filter(({ isScanned }) => isScanned).length} |`,
    `| seconds to recover, p50 / p95 / max | ${quantiles(times)} |`,
    '',
    '| fault | trials | violated | seconds to recover, p50 / p95 / max |',
    '|---|---:|---:|---:|',
    ...(Object.keys(faultKinds) as FaultKind[]).flatMap((kind) => {
      const those = results.filter(({ faults }) => faults.some((fault) => fault.kind === kind))
      if (those.length === 0) return []
      const violated = those.filter(({ violations }) => violations.length > 0).length
      const took = quantiles(those.map(({ recoverySeconds }) => recoverySeconds))
      return [`| ${faultKinds[kind]} | ${those.length} | ${violated} | ${took} |`]
    }),
  ]
  return lines.join('\n')
}

function quantiles(times: readonly number[]): string {
  const sorted = [...times].sort((a, b) => a - b)
  const at = (share: number) => sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0
  return [at(0.5), at(0.95), at(1)].map((seconds) => seconds.toFixed(1)).join(' / ')
}
