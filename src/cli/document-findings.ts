import { correctDocument } from '../commands/correct-document.ts'
import { readFindings } from '../commands/read-findings.ts'
import { type Correction, readCorrection } from '../domain/correction.ts'
import type { DocumentId } from '../domain/ids.ts'
import type { DocumentTypes } from '../domain/understanding/document-types.ts'
import type { WordsIndex } from '../domain/words-index.ts'
import type { Desk } from './desk.ts'
import { sayReading } from './document-words.ts'
import { readInput } from './files.ts'
import { pairs } from './table.ts'
import { percent } from './typography.ts'

/** What a document is taken for; kinds by their names. */
export async function findings(desk: Desk, _options: object, documentId: DocumentId): Promise<void> {
  const house = await desk.house()
  const index = await readFindings(await desk.organisation(), documentId, desk.actor, house.textRoom())
  const { type, date, reading } = index
  const corrections = index.corrections.map(withoutTexts)
  desk.answer({ documentId, type, date, reading, corrections }, () =>
    sayFindings(desk, index, house.ports.rules.documentTypes),
  )
}

/** Words are given out as words are: by `document text`, to whom asks for them. */
const withoutTexts = ({ words, ...correction }: Correction) => ({
  ...correction,
  ...(words && { words: words.map(({ page, place }) => ({ page, place })) }),
})

/** A person's word instead of what the machine found or read; out of a file, for it says something of a patient. */
export async function correct(
  desk: Desk,
  { findings: file }: { findings: string },
  documentId: DocumentId,
): Promise<void> {
  const house = await desk.house()
  const { documentTypes } = house.ports.rules
  const said = readCorrection(await readInput(file), documentTypes, documentId)
  const organisationId = await desk.organisation()
  const room = house.correctionRoom()
  const { version, index } = await correctDocument(organisationId, documentId, said, desk.actor, room)
  const { type, date, reading } = index
  const places = said.words?.length ?? 0
  desk.answer({ documentId, version, type, date, reading, places, accessCopyChanged: false }, () =>
    [
      desk.say.document.corrected(version),
      sayFindings(desk, index, documentTypes),
      ...(places > 0 ? [desk.say.document.accessCopyStays] : []),
    ].join('\n'),
  )
}

function sayFindings(desk: Desk, index: WordsIndex, { types }: DocumentTypes): string {
  const { type, date, reading, corrections } = index
  const { findingFacts: facts, otherKind, bySomebody, byPage, placesRead } = desk.say.document
  const sure = ({ confidence, page }: { confidence: number; page: number | null }): string =>
    page === null ? bySomebody : byPage(page, percent(confidence, desk.language))
  const label = types.find(({ code }) => code === type?.code)?.label[desk.language]
  return pairs([
    [facts.type, type && `${label ?? (type.code === 'other' ? otherKind : type.code)} (${sure(type)})`],
    [facts.date, date && `${date.value} (${sure(date)})`],
    [facts.reading, sayReading(desk, reading)],
    ...corrections.map(({ at, by, words }) => {
      const places = words ? ` · ${placesRead(words.length)}` : ''
      return [facts.corrected, `${at.slice(0, 19)}Z · ${by}${places}`] as const
    }),
  ])
}
