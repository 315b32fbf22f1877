import { Failure } from '../failure.ts'
import { alto, personsReading } from './alto.ts'
import { correctedPage, type SaidWords } from './corrected-page.ts'
import { type AltoPage, readAlto } from './read-alto.ts'
import type { PersonsReading } from './text-format.ts'

/** A page before and after a correction, and its new file. */
export type CorrectedAlto = { readonly xml: string; readonly before: AltoPage; readonly after: AltoPage }

/**
 * The file of one page with what a person said of it. What the file says of itself stays, and gains the correction.
 * @throws Failure words-unreadable, correction-place-unknown
 */
export function correctedAlto(
  xml: string,
  words: readonly [SaidWords, ...SaidWords[]],
  correction: PersonsReading,
): CorrectedAlto {
  const [before, ...others] = readAlto(xml)
  const [described, layout] = [xml.indexOf('</Description>'), xml.indexOf('<Layout>\n')]
  if (!before || others.length > 0 || described === -1 || layout < described)
    throw new Failure('words-unreadable', { line: 0 })
  const after = correctedPage(before, words, correction.number)
  const head = `${xml.slice(0, described)}${personsReading(correction)}\n${xml.slice(described, layout)}`
  const page = alto.page({ ...after, dpi: undefined }, words[0].page)
  return { xml: `${head}<Layout>\n${page}${alto.closing}`, before, after }
}
