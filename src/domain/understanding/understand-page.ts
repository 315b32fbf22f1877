import { z } from 'zod'
import { Recognition } from '../page.ts'
import { findDate } from './document-date.ts'
import { type DocumentTypes, findType } from './document-types.ts'
import { PageFindings } from './findings.ts'
import { readInsurance } from './insurance.ts'
import { linesOf } from './page-text.ts'
import { readPeople } from './read-people.ts'

/**
 * The text of a page, what was found in it, and a picture of it for lists (WebP), as they are staged together. Pages read
 * before have no findings yet, and no picture.
 */
export const UnderstoodPage = Recognition.extend({
  findings: PageFindings.optional(),
  thumbnail: z.base64().optional(),
})
export type UnderstoodPage = z.infer<typeof UnderstoodPage>

/** Kind, day, people and insurance, each with how sure it is and where it was read. Whose page it is, is not asked here. */
export function understandPage(recognition: Recognition, types: DocumentTypes): PageFindings {
  const lines = linesOf(recognition)
  const people = readPeople(lines)
  return {
    type: findType(lines, types),
    date: findDate(lines, people),
    people,
    insurance: readInsurance(lines),
  }
}
