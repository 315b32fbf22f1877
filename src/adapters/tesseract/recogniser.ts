import { Failure } from '../../domain/failure.ts'
import { type Line, Recognition, Turn } from '../../domain/page.ts'
import type { Recogniser } from '../../ports.ts'
import type { Engine } from './engine.ts'
import { createEngines } from './engines.ts'
import { linesOf, meanConfidence } from './page-text.ts'
import type { PreparePage } from './prepared-page.ts'

export type RecogniserOptions = {
  /** Languages whose models are loaded, as ISO 639-2 codes: `fra`. */
  readonly languages: readonly string[]
  /** Makes pages ready; images are another room's work. */
  readonly prepare: PreparePage
  /** Pages read at the same time, each in its own thread. */
  readonly threads?: number
}

const engineName = 'tesseract.js-7'
/** Below this mean confidence a page may well be upside down. */
const doubtful = 60

type Reading = Pick<Recognition, 'turn' | 'width' | 'height' | 'confidence' | 'lines'>

/** Recognises text by Tesseract's LSTM models, in threads of its own that stay warm between pages. */
export function createRecogniser({ languages, prepare, threads = 1 }: RecogniserOptions): Recogniser {
  const engines = createEngines(languages, threads)
  return {
    async recognise(image, { turn, dpi, skew, languages: wanted }, signal) {
      if (wanted.some((language) => !languages.includes(language)))
        throw new Failure('configuration-invalid', { count: 1, faults: 'language-not-loaded' })
      const read = async (engine: Engine, turned: Turn): Promise<Reading> => {
        const prepared = await prepare(image, { turn: turned, dpi, ...(skew !== undefined && { skew }) })
        const lines = linesOf(await engine.recognise(prepared.image, prepared.dpi), prepared)
        return { turn: turned, ...prepared.page, confidence: meanConfidence(lines), lines }
      }
      const best = await engines.lend(async (engine) => {
        const first = await read(engine, turn)
        if (first.confidence >= doubtful) return first
        const second = await read(engine, Turn.parse((turn + 180) % 360))
        return evidence(second.lines) > evidence(first.lines) ? second : first
      }, signal)
      return Recognition.parse({ ...best, engine: engineName })
    },
    close: () => engines.close(),
  }
}

/** How much a reading can be trusted: letters of words that were read with some confidence. */
const evidence = (lines: readonly Line[]): number =>
  lines
    .flatMap((line) => line.words)
    .reduce((sum, word) => sum + Math.max(0, word.confidence - 30) * word.text.length, 0)
