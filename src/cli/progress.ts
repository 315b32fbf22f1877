export interface Progress {
  /** So far; without a total there is no bar. `said` stands in place of both numbers. */
  at(done: number, total: number | undefined, words?: string, said?: string): void
  end(): void
}

type Stream = Pick<NodeJS.WriteStream, 'write'> & { readonly isTTY?: boolean; readonly columns?: number }

const redrawMs = 100
const plainLineMs = 5_000
const barWidth = 24

/** A bar that is drawn over on a terminal; elsewhere a plain line at the start, every five seconds and at the end. */
export function openProgress(
  stream: Stream,
  title: string,
  now: () => number = () => performance.now(),
): Progress {
  let shown = Number.NEGATIVE_INFINITY
  let latest: string | undefined
  const isTerminal = stream.isTTY === true
  const show = (line: string) => {
    shown = now()
    latest = undefined
    if (!isTerminal) stream.write(`${line}\n`)
    else stream.write(`\r${[...line].slice(0, (stream.columns ?? 80) - 1).join('')}\u001b[K`)
  }
  return {
    at(done, total, words = '', said) {
      const count = said ?? (total === undefined ? `${done}` : `${done}/${total}`)
      const bar = isTerminal && total !== undefined ? ` ${drawn(done, total)}` : ''
      latest = [`${title}${bar} ${count}`, words].filter((part) => part !== '').join(' · ')
      if (now() - shown >= (isTerminal ? redrawMs : plainLineMs)) show(latest)
    },
    end() {
      if (latest !== undefined) show(latest)
      if (isTerminal && shown > Number.NEGATIVE_INFINITY) stream.write('\n')
    },
  }
}

function drawn(done: number, total: number): string {
  const full = total > 0 ? Math.round((Math.min(done, total) / total) * barWidth) : 0
  return `${'█'.repeat(full)}${'░'.repeat(barWidth - full)}`
}
