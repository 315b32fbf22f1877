import { existsSync } from 'node:fs'

/** What PDFBox Preflight is made of, as Debian installs it. */
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

/** What is missing to ask it; undefined when it can be asked. */
export const missingForPreflight = jars.find((jar) => !existsSync(jar))

/** Arguments of `java` that ask whether a file is PDF/A-1b. */
export const preflightProgram: readonly string[] = [
  ...['-cp', jars.join(':')],
  'org.apache.pdfbox.preflight.Validator_A1b',
]
