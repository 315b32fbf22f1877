import { typesetAll } from '../../domain/typography.ts'
import { explain as sentence } from '../../domain/failure.ts'
import type { FailureCode } from '../../domain/failures.ts'
import type { DemoReport } from './report-schema.ts'
import { type Language, sentences } from './sentences.ts'

type Batch = DemoReport['batches'][number]

/** A reason of the report, in words. */
const explain = (reason: string, language: Language, facts: Batch['facts']) =>
  typesetAll(sentence(reason as FailureCode, language, facts), language)

/** The report in words that a newcomer understands. */
export function sayReport(report: DemoReport, language: Language, configFile?: string): void {
  const say = sentences[language]
  console.log(`\n${say.documents}`)
  for (const batch of report.batches) sayBatch(batch, language)

  const waiting = report.batches.flatMap((batch) => waitingIn(batch, language))
  console.log(`\n${say.toDo}`)
  for (const { where, what, todo } of waiting) console.log(`  ${where}\n    ${what}\n    → ${todo}`)
  if (waiting.length === 0) console.log(`  ${say.nothingToDo}`)

  const { size, root, findings, isVerified } = report.ledger
  console.log(`\n${say.ledger(size, root)}`)
  console.log(`  ${isVerified ? say.verified : say.notVerified(findings.length)}`)

  console.log(`\n${report.isAsExpected ? say.asExpected : say.notAsExpected}`)
  for (const surprise of report.surprises) console.log(`  ${surprise}`)
  sayTimes(report, language)
  sayFurther(report, language, configFile)
}

function sayBatch({ name, state, documents, files }: Batch, language: Language): void {
  const say = sentences[language]
  console.log(`  ${name} (${say.batchStates[state]})`)
  for (const document of documents) {
    const sealed = document.sealed.find(({ part }) => part === 'access')
    const reason = document.reason ? ` · ${explain(document.reason, language, document.facts).what}` : ''
    const number = (document.fileNumber ?? '?').padEnd(10)
    console.log(
      `    ${number} ${say.pages(document.pages).padEnd(8)} ${say.documentStates[document.state]}${reason}`,
    )
    if (sealed && document.state === 'verified')
      console.log(`               ${say.sealedAt(`${sealed.host} / ${sealed.objectKey}`)}`)
  }
  for (const { position, state: fileState, reason, facts } of files) {
    if (reason)
      console.log(
        `    ${say.file} ${position}   ${say.fileStates[fileState]} · ${explain(reason, language, facts).what}`,
      )
  }
}

/** What is held, refused or unreadable: what is wrong and what to do about it. */
function waitingIn({ name, id, reason, facts, documents, files }: Batch, language: Language) {
  const say = sentences[language]
  const batch = reason ? [{ where: `${name} · ${id}`, ...explain(reason, language, facts) }] : []
  const stopped = documents.flatMap((document) =>
    document.reason
      ? [
          {
            where: `${name} · ${say.document} ${document.id}`,
            ...explain(document.reason, language, {
              documentId: document.id,
              ...document.facts,
            }),
          },
        ]
      : [],
  )
  const unread = files.flatMap((file) =>
    file.reason
      ? [
          {
            where: `${name} · ${say.file} ${file.position}`,
            ...explain(file.reason, language, file.facts),
          },
        ]
      : [],
  )
  return [...batch, ...stopped, ...unread]
}

function sayTimes({ times, stages }: DemoReport, language: Language): void {
  const say = sentences[language]
  const parts = say.parts as Readonly<Record<string, string>>
  const seconds = (value: number) => `${value.toFixed(1)} s`.padStart(9)
  console.log(`\n${say.times}`)
  for (const { part, seconds: value } of times) console.log(`${seconds(value)}  ${parts[part] ?? part}`)
  console.log(`\n${say.stages}`)
  for (const { stage, runs, seconds: value } of stages) console.log(`${seconds(value)}  ${stage} × ${runs}`)
}

function sayFurther({ batches }: DemoReport, language: Language, configFile: string | undefined): void {
  const say = sentences[language]
  const sealed = batches.flatMap(({ documents }) => documents).find(({ state }) => state === 'verified')
  const id = sealed?.id ?? 'ID'
  const option = configFile ? ` --config ${configFile.includes(' ') ? `'${configFile}'` : configFile}` : ''
  console.log(`\n${say.further}${configFile ? '' : ` ${say.keepHint}`}`)
  console.log(`  npx scelle${option} document show ${id}`)
  console.log(`  npx scelle${option} document export-sealed ${id} --out export`)
  console.log(`  npx scelle${option} ledger verify`)
}
