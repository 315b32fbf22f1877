/**
 * Does `work` for each, at most `places` at a time. The first failure ends it: no more is taken, and it is thrown once
 * what is under way has ended, so that nothing goes on behind the caller's back. An aborted `signal` ends it likewise, and
 * is no failure.
 */
export async function atOnce<One>(
  places: number,
  all: Iterable<One> | AsyncIterable<One>,
  work: (one: One) => Promise<void>,
  signal?: AbortSignal,
): Promise<void> {
  const source = Symbol.asyncIterator in all ? all[Symbol.asyncIterator]() : all[Symbol.iterator]()
  const failures: unknown[] = []
  const isOver = () => failures.length > 0 || signal?.aborted
  const place = async () => {
    try {
      while (!isOver()) {
        const next = await source.next()
        if (next.done) return
        if (!isOver()) await work(next.value)
      }
    } catch (error) {
      failures.push(error)
    }
  }
  await Promise.all(Array.from({ length: places }, place))
  if (isOver()) await source.return?.()
  if (failures.length > 0) throw failures[0]
}
