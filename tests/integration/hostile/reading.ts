import { type Confinement, confine } from '../../../src/adapters/confinement/confinement.ts'
import type { ParsingLimits } from '../../../src/adapters/confinement/limits.ts'
import {
  confinedBarcodeReader,
  confinedExaminer,
  confinedPageCoder,
  confinedPreparation,
  confinedSplitter,
} from '../../../src/adapters/confinement/ports.ts'
import { Failure } from '../../../src/domain/failure.ts'
import { fileKindOf, headBytes } from '../../../src/domain/file-kind.ts'
import { Settings } from '../../../src/settings/settings.ts'
import { rangesOf } from '../../ranges.ts'

const room = (name: string): string =>
  new URL(`../../../src/adapters/${name}/confined.ts`, import.meta.url).href

/** As shipped, but for time: what is too costly shall be found out soon. */
export const limitsOf = (changed: Partial<ParsingLimits> = {}): ParsingLimits => ({
  ...Settings.shape.parsing.parse({}),
  ...{ processes: 1, memoryMegabytes: 1024, secondsPerPage: 5, secondsPerFile: 15 },
  ...changed,
})

/** A refusal by its code, or the number of good pages. */
export type Outcome = string | number

/** Everything that is done with the images of a file, as the stages do it. */
export type Reading = {
  readonly confinement: Confinement
  outcomeOf(file: Buffer, options?: { thorough: boolean }): Promise<Outcome>
}

export function openReading(limits: ParsingLimits): Reading {
  const confinement = confine(limits)
  const splitter = confinedSplitter(confinement, { module: room('splitting'), name: 'split' }, limits)
  const examiner = confinedExaminer(confinement, { module: room('images'), name: 'examine' })
  const barcodes = confinedBarcodeReader(confinement, { module: room('barcodes'), name: 'read' })
  const prepare = confinedPreparation(confinement, { module: room('images'), name: 'prepare' })
  const code = confinedPageCoder(confinement, { module: room('pdf'), name: 'code' })

  const read = async (file: Buffer, thorough: boolean): Promise<number> => {
    const kind = fileKindOf(file.subarray(0, headBytes))
    if (!kind) throw new Failure('file-kind-unknown')
    let pages = 0
    for await (const { image, mediaType, dpi } of splitter.split(
      rangesOf(file),
      kind,
      new AbortController().signal,
    )) {
      pages++
      // Not while it is split: one process reads one file at a time.
      later.push(async () => {
        const { turn } = (await examiner.examine(image, mediaType, dpi)).facts
        await barcodes.read(image, { thorough })
        await prepare(image, { turn, dpi })
        for (const accessCopy of ['faithful', 'compact'] as const)
          await code(image, { mediaType, dpi, accessCopy })
      })
    }
    for (const look of later.splice(0, 3)) await look()
    return pages
  }
  const later: (() => Promise<void>)[] = []
  return {
    confinement,
    async outcomeOf(file, { thorough } = { thorough: false }) {
      later.splice(0)
      // Anything that is not a failure of the table goes on to the test that asked.
      return read(file, thorough).catch((error: unknown) => {
        if (error instanceof Failure) return error.code
        throw error
      })
    },
  }
}
