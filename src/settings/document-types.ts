import { readFileSync } from 'node:fs'
import { Failure } from '../domain/failure.ts'
import { DocumentTypes } from '../domain/understanding/document-types.ts'

const shipped = new URL('../../config/document-types.json', import.meta.url)

/** The kinds of papers of the house: those of a file of its own, else those that are shipped. @throws Failure configuration-invalid */
export function readDocumentTypes(file: string | URL = shipped): DocumentTypes {
  const refuse = (faults: readonly string[]) =>
    new Failure('configuration-invalid', { count: faults.length, faults: faults.join('; ') })
  let value: unknown
  try {
    value = JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    const isJson = !(error instanceof SyntaxError)
    throw refuse([`filing.documentTypes: ${isJson ? 'file-unreadable' : 'not-json'}`])
  }
  const result = DocumentTypes.safeParse(value)
  if (result.success) return result.data
  throw refuse(
    result.error.issues.map(
      ({ path, code }) => `filing.documentTypes.${path.join('.')}: ${code.replaceAll('_', '-')}`,
    ),
  )
}
