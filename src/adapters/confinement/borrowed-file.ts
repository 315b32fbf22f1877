import { readSync, writeSync } from 'node:fs'
import process from 'node:process'
import { longestAnswer, questionFor } from './questions.ts'

/** The end of a channel on which questions are asked and answered while all else here stands still. */
const channel = 4
const blockBytes = 1 << 14
/** 4 MB. */
const keptBlocks = 256

/** A file of which only what is asked for is here. What comes back must not be written to. */
export type BorrowedFile = {
  readonly bytes: number
  /** As `Buffer.subarray` has it: fewer bytes where the file ends before. */
  read(from: number, length: number): Buffer
}

/**
 * The file that the parent lends, of so many bytes. Parsers ask for a few bytes here and there, in WebAssembly too, and
 * cannot wait but by standing still: small parts come from a few blocks that are kept, large ones pass by them.
 */
export function borrowedFile(bytes: number): BorrowedFile {
  const blocks = new Map<number, Buffer>()

  const block = (index: number): Buffer => {
    const from = index * blockBytes
    const kept = blocks.get(index) ?? ask(from, Math.min(blockBytes, bytes - from))
    // What was used last stands last.
    blocks.delete(index)
    blocks.set(index, kept)
    if (blocks.size > keptBlocks) blocks.delete(blocks.keys().next().value!)
    return kept
  }
  return {
    bytes,
    read(from, length) {
      const end = Math.min(bytes, from + length)
      if (!(from >= 0 && from < end)) return Buffer.alloc(0)
      if (end - from > blockBytes) return ask(from, end - from)
      const [first, last] = [Math.floor(from / blockBytes), Math.floor((end - 1) / blockBytes)]
      const start = from - first * blockBytes
      if (first === last) return block(first).subarray(start, start + end - from)
      return Buffer.concat([block(first).subarray(start), block(last).subarray(0, end - last * blockBytes)])
    },
  }
}

function ask(from: number, length: number): Buffer {
  const answer = Buffer.allocUnsafeSlow(length)
  for (let at = 0; at < length; at += longestAnswer) {
    const part = answer.subarray(at, at + longestAnswer)
    const question = questionFor(from + at, part.length)
    pass(question.length, (done) => writeSync(channel, question, done))
    pass(part.length, (done) => readSync(channel, part, done, part.length - done, null))
  }
  return answer
}

/** Moves all of it, in as many pieces as the system makes of it. */
function pass(length: number, move: (done: number) => number): void {
  for (let done = 0; done < length; ) {
    const moved = attempt(() => move(done))
    // Nobody is there any more.
    if (moved === 0) process.kill(process.pid, 'SIGKILL')
    done += moved ?? 0
  }
}

/** Undefined when there is nothing to be moved yet, should the channel be one that does not wait by itself. */
function attempt(move: () => number): number | undefined {
  try {
    return move()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1)
    return undefined
  }
}
