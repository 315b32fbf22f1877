import type { Duplex } from 'node:stream'
import type { Ranges } from '../../ports.ts'
import { longestAnswer, questionBytes, questionOf } from './questions.ts'
import { megabyte } from './limits.ts'

/** Why a loan went wrong: nonsense was asked, too much was asked, or the file itself could not be read. */
export type Trouble = 'crash' | 'input' | 'source'

/** A file lent to a confined process: it asks for parts of it, and gets those. */
export type Lending = {
  lend(file: Ranges): void
  takeBack(): void
  /** The process waits for us now: the time is ours. */
  readonly isOurs: boolean
}

/** A file may be read so often over, and a little one oftener: each page may lead back to what all pages share. */
const timesOver = 16
const freeBytes = 256 * megabyte
/** No question is cheaper, however little it asks for. */
const leastCost = 4096

/**
 * Answers questions one after the other, each once the answer before it was taken. What comes is from a process that has
 * read a file from outside: it gets nothing but the file lent, and no more than a bounded number of bytes of it.
 */
export function createLending(channel: Duplex, trouble: (by: Trouble, cause?: unknown) => void): Lending {
  let lent: { file: Ranges; left: number } | undefined
  let waiting = Buffer.alloc(0)
  let isOurs = false
  let isBusy = false

  async function answerAll(): Promise<void> {
    while (waiting.length >= questionBytes) {
      const { from, length } = questionOf(waiting)
      waiting = waiting.subarray(questionBytes)
      if (!lent || length === 0 || length > longestAnswer || from + length > lent.file.bytes)
        return trouble('crash')
      lent.left -= Math.max(length, leastCost)
      if (lent.left < 0) return trouble('input')
      const { file } = lent
      isOurs = true
      const part = await file.read(from, length)
      isOurs = false
      if (part.length !== length) throw new RangeError('the file is shorter than it said')
      if (lent?.file === file) await new Promise((taken) => channel.write(part, taken))
    }
  }
  channel.on('data', (chunk: Buffer) => {
    waiting = Buffer.concat([waiting, chunk])
    // An honest process asks, and waits.
    if (waiting.length > questionBytes) return trouble('crash')
    if (isBusy) return
    isBusy = true
    answerAll()
      .catch((cause: unknown) => trouble('source', cause))
      .finally(() => {
        isBusy = false
        isOurs = false
      })
  })
  return {
    lend(file) {
      lent = { file, left: freeBytes + timesOver * file.bytes }
    },
    takeBack() {
      lent = undefined
    },
    get isOurs() {
      return isOurs
    },
  }
}
