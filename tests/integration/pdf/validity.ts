import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'

const jars = [
  'preflight',
  'pdfbox2',
  'xmpbox',
  'fontbox2',
  'commons-logging',
  'jaxb-api',
  'javax.activation',
  'commons-io',
].map((name) => `/usr/share/java/${name}.jar`)

const missing = jars.find((jar) => !existsSync(jar))

/** Why PDFBox Preflight cannot be asked; empty when it can. */
export const preflightAway = missing
  ? ` (left out: install libpdfbox2-java, libjaxb-api-java; missing ${missing})`
  : ''

/** What PDFBox Preflight says of a file that should be PDF/A-1b. */
export function preflight(file: string): string {
  try {
    return execFileSync('java', ['-cp', jars.join(':'), 'org.apache.pdfbox.preflight.Validator_A1b', file], {
      encoding: 'utf8',
    })
  } catch (refused) {
    return String((refused as { stdout?: string }).stdout)
  }
}
