import { execFileSync } from 'node:child_process'
import { missingForPreflight, preflightProgram } from '../../preflight.ts'

/** Why PDFBox Preflight cannot be asked; empty when it can. */
export const preflightAway = missingForPreflight
  ? ` (left out: install libpdfbox2-java, libjaxb-api-java; missing ${missingForPreflight})`
  : ''

/** What PDFBox Preflight says of a file that should be PDF/A-1b. */
export function preflight(file: string): string {
  try {
    return execFileSync('java', [...preflightProgram, file], { encoding: 'utf8' })
  } catch (refused) {
    return String((refused as { stdout?: string }).stdout)
  }
}
