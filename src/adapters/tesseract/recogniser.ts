import { Failure } from '../../domain/failure.ts'
import { type Line, Recognition, type Turn, Turn as Turns } from '../../domain/page.ts'
import { judged } from '../../domain/reading-doubt.ts'
import { evidence } from '../../domain/reading-merge.ts'
import { inReadingOrder } from '../../domain/reading-order.ts'
import type { Recogniser } from '../../ports.ts'
import { type Engine, startEngine } from './engine.ts'
import { createEngines } from './engines.ts'
import { greymapIn, turnedOver } from './greymap.ts'
import { proveModels } from './models.ts'
import { proveInstalled, startNativeEngine } from './native-engine.ts'
import { meanConfidence, placedOn } from './page-text.ts'
import type { PreparedPage, PreparePage } from './prepared-page.ts'
import { readAgain } from './second-reading.ts'
import { withSpacesSeen } from './spaces-seen.ts'
import { withSignsSeen } from './unknown-signs.ts'

export type EngineName = 'tesseract.js' | 'native'

export type RecogniserOptions = {
  /** Languages whose models are loaded, as ISO 639-2 codes: `fra`. */
  readonly languages: readonly string[]
  /** Makes pages ready; images are another room's work. */
  readonly prepare: PreparePage
  /** Pages read at the same time, each by an engine of its own. */
  readonly threads?: number
  readonly engine?: EngineName
}

const engines = {
  'tesseract.js': { name: 'tesseract.js-7', start: startEngine, prove: async (some) => proveModels(some) },
  native: { name: 'tesseract-native', start: startNativeEngine, prove: proveInstalled },
} as const satisfies Record<
  EngineName,
  { name: string; start: typeof startEngine; prove(languages: readonly string[]): Promise<void> }
>

/** That the engine is here, with models of these languages. @throws Failure configuration-invalid, naming what is missing */
export const proveLanguages = ({
  languages,
  engine = 'tesseract.js',
}: Pick<RecogniserOptions, 'languages' | 'engine'>): Promise<void> => engines[engine].prove(languages)

/** Below this mean confidence a page may well be upside down. */
const doubtful = 65
/** Below this one even a page that was seen to be upright; pages on their head were read with 42 to 46. */
const hopeless = 55

type Reading = {
  readonly turn: Turn
  readonly lines: readonly Line[]
  readonly confidence: number
  /** The page as it was read. */
  readonly image: Buffer
}

/** Recognises text by Tesseract's LSTM models, in engines that stay warm between pages. */
export function createRecogniser({
  languages,
  prepare,
  threads = 1,
  engine: chosen = 'tesseract.js',
}: RecogniserOptions): Recogniser {
  const { name, start } = engines[chosen]
  const lent = createEngines(() => start(languages), threads)
  return {
    async recognise(image, { turn, turnIsSure = false, languages: wanted, xHeight, ...seen }, signal) {
      if (wanted.some((language) => !languages.includes(language)))
        throw new Failure('configuration-invalid', { count: 1, faults: 'language-not-loaded' })
      return lent.lend(async (engine) => {
        const known = { ...seen, ...(xHeight !== undefined && { xHeight }) }
        const prepared = await prepare(image, { turn, ...known })
        const below = turnIsSure ? hopeless : doubtful
        const first = await readEitherWay(engine, prepared, { turn, below })
        const brightest = async (): Promise<Buffer> => {
          const again = { ...known, turn: first.turn, skew: prepared.skew, light: 'brightest' } as const
          return (await prepare(image, again)).image
        }
        const isColour = prepared.recipe?.['channels'] === 3
        const page = { image: first.image, dpi: prepared.dpi, ...(isColour && { brightest }) }
        const lines = await readAgain(engine, page, first.lines)
        return recognitionOf({ ...first, lines, confidence: meanConfidence(lines) }, prepared, name)
      }, signal)
    },
    close: () => lent.close(),
  }
}

/** Reads a page, and on its head too where that may make more sense of it; preparing it does not tell the two apart. */
async function readEitherWay(
  engine: Engine,
  prepared: PreparedPage,
  { turn, below }: { turn: Turn; below: number },
): Promise<Reading> {
  const read = async (image: Buffer, turned: Turn): Promise<Reading> => {
    const lines = await engine.recognise(image, prepared.dpi)
    return { turn: turned, lines, confidence: meanConfidence(lines), image }
  }
  const first = await read(prepared.image, turn)
  if (first.confidence >= below) return first
  const second = await read(turnedOver(prepared.image), Turns.parse((turn + 180) % 360))
  return evidenceOf(second) > evidenceOf(first) ? second : first
}

function recognitionOf(
  { turn, lines, confidence, image }: Reading,
  prepared: PreparedPage,
  engine: string,
): Recognition {
  // While lines are straight: what is one row there may climb by a line's height on the page as it was.
  const { read, ...found } = judged(lines)
  const seen = asSeen(image, found.lines)
  const { lines: placed, regions } = placedOn(prepared, { ...found, lines: inReadingOrder(seen.lines) })
  const recipe = { ...prepared.recipe, ...(seen.signs > 0 && { signs: seen.signs }) }
  return Recognition.parse({
    ...{ turn, ...prepared.page, confidence, engine, lines: placed },
    ...(Object.keys(recipe).length > 0 && { recipe }),
    ...(regions.length > 0 && { regions }),
    ...(read !== undefined && { read }),
  })
}

/** Spaces, and signs that the model does not know, as they stand on the page. */
function asSeen(image: Buffer, lines: Line[]): { lines: Line[]; signs: number } {
  const page = greymapIn(image)
  if (!page) return { lines, signs: 0 }
  const told = withSignsSeen(page, lines)
  return { lines: withSpacesSeen(page, told.lines), signs: told.seen }
}

const evidenceOf = ({ lines }: Reading): number => evidence(lines.flatMap(({ words }) => words))
