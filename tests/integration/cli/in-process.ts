import { run } from '../../../src/cli/run.ts'
import type { Answer } from './command-line.ts'

/**
 * Runs `scelle` inside this process, for tests that are not about the process: each start of one takes seconds. One command
 * at a time.
 */
export async function runHere(args: readonly string[]): Promise<Answer> {
  const out = listenTo(process.stdout)
  const err = listenTo(process.stderr)
  try {
    const exit = await run(args)
    return { exit, out: out.heard(), err: err.heard(), json: <Value>() => JSON.parse(out.heard()) as Value }
  } finally {
    out.stop()
    err.stop()
  }
}

function listenTo(stream: NodeJS.WriteStream) {
  let heard = ''
  const { write } = stream
  stream.write = (chunk: string | Uint8Array) => {
    heard += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString()
    return true
  }
  return { heard: () => heard, stop: () => void (stream.write = write) }
}
