import { fileURLToPath } from 'node:url'
import type { Worker as Thread } from 'node:worker_threads'
import { createWorker, OEM, PSM } from 'tesseract.js'
import { Failure } from '../../domain/failure.ts'
import type { Line } from '../../domain/page.ts'
import { asLeptonicaKeeps } from './greymap.ts'
import { linesOfHocr } from './hocr-lines.ts'
import { proveModels } from './models.ts'

/** How the text of an image stands: found out by the engine, or known to be lines one below the other. */
export type Layout = 'page' | 'block'

/** Tesseract's page segmentation modes. */
export const segmentations = {
  page: PSM.AUTO,
  block: PSM.SINGLE_BLOCK,
} as const satisfies Record<Layout, PSM>

/** Reads one image at a time. */
export type Engine = {
  /**
   * Lines of a prepared page as they were found, in its own pixels.
   * @throws Failure recognition-failed when the engine refuses the image or dies; it is then of no more use
   */
  recognise(image: Buffer, dpi: number, layout?: Layout): Promise<Line[]>
  readonly dead: boolean
  close(): Promise<void>
}

const loadingTakesAtMost = 60_000
const workerPath = fileURLToPath(new URL('./worker.ts', import.meta.url))

/**
 * Starts a thread with the LSTM models of these languages, read from their packages on this disk: nothing is fetched,
 * nothing is cached, nothing is printed.
 *
 * @throws Failure configuration-invalid where a language has no model here
 */
export async function startEngine(languages: readonly string[]): Promise<Engine> {
  proveModels(languages)
  const worker = await inTime(
    createWorker([...languages], OEM.LSTM_ONLY, {
      workerPath,
      // No address, so that it is read and not fetched; our thread knows where each model lies.
      langPath: '.',
      gzip: true,
      cacheMethod: 'none',
      logger: () => {},
      errorHandler: () => {},
    }),
  )
  let dead = false
  // One for each reading: a promise for the thread's whole life would keep every page that was ever raced against it.
  let interrupt: ((cause: Failure) => void) | undefined
  const end = (cause?: unknown): void => {
    dead = true
    interrupt?.(new Failure('recognition-failed', {}, { cause }))
  }
  const thread = (worker as unknown as { worker: Thread }).worker
  thread.once('error', end)
  thread.once('exit', end)
  await worker.setParameters({ tessedit_pageseg_mode: PSM.AUTO, debug_file: '/dev/null' })
  return {
    get dead() {
      return dead
    },
    async recognise(image, dpi, layout = 'page') {
      // Cancelled while its page was being made ready: the library would reject where nobody listens.
      if (dead) throw new Failure('recognition-failed')
      const ended = Promise.withResolvers<never>()
      interrupt = ended.reject
      const reading = worker
        .recognize(
          asLeptonicaKeeps(image),
          { user_defined_dpi: String(dpi), tessedit_pageseg_mode: segmentations[layout] } as object,
          // As a tree of letters with all their choices it would cost twice as much.
          { text: false, hocr: true },
        )
        .then(({ data }) => linesOfHocr(data.hocr ?? ''))
      try {
        return await Promise.race([reading, ended.promise])
      } catch (cause) {
        dead = true
        throw cause instanceof Failure ? cause : new Failure('recognition-failed', {}, { cause })
      } finally {
        interrupt = undefined
      }
    },
    async close() {
      dead = true
      await worker.terminate()
    },
  }
}

/** A thread that dies while it loads never answers. */
async function inTime<Result>(loading: Promise<Result>): Promise<Result> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new Error('loading took too long')), loadingTakesAtMost)
  try {
    return await Promise.race([loading, late.promise])
  } catch (cause) {
    throw new Failure('recognition-failed', {}, { cause })
  } finally {
    clearTimeout(timer)
  }
}
