import type { Command } from 'commander'
import { verifyLedger } from '../commands/verify-ledger.ts'
import type { LedgerEntry } from '../domain/custody.ts'
import type { Desk } from './desk.ts'
import type { Finding } from './findings.ts'
import { count, type Frame, noun } from './frame.ts'
import type { Say } from './say.ts'
import { indented, pairs, table } from './table.ts'
import { moment, number } from './typography.ts'

export function addLedger(program: Command, { help: { ledger: help }, act }: Frame): void {
  const ledger = noun(program, 'ledger', help.noun)
  ledger.command('verify').description(help.verify).action(act(verify))
  ledger.command('show').description(help.show).option('--last <N>', help.last, count, 10).action(act(show))
}

const exitOnFindings = 7

async function verify(desk: Desk): Promise<number> {
  const house = await desk.house()
  const { ledger: say } = desk.say
  const total = (await house.views().ledgerHead())?.size
  const progress = desk.progress(say.verifying)
  const report = await verifyLedger(house.ledger(), house.signer(), house.archiveBuckets(), (entries) =>
    progress.at(entries, total),
  )
    .then((done) => {
      progress.at(done.size, done.size)
      return done
    })
    .finally(() => progress.end())
  const isWell = report.findings.length === 0
  desk.answer({ verified: isWell, ...report, root: report.root.toString('hex') }, () =>
    [
      isWell ? `✓ ${say.verified(report.size, report.checkpoints)}` : wrong(desk.say, report),
      '',
      pairs([
        [say.facts.entries, number(report.size, desk.language)],
        [say.facts.root, report.root.toString('hex')],
        [say.facts.covered, number(report.covered, desk.language)],
        [say.facts.checkpoints, number(report.checkpoints, desk.language)],
        [say.facts.archived, number(report.archived, desk.language)],
        [say.facts.waiting, number(report.waiting, desk.language)],
      ]),
    ].join('\n'),
  )
  return isWell ? 0 : exitOnFindings
}

function wrong(say: Say, { findings, omitted }: { findings: readonly Finding[]; omitted: number }): string {
  return [
    `✗ ${say.ledger.notVerified(findings.length + omitted)}`,
    ...findings.map((finding) => `  • ${sayFinding(say, finding)}`),
    ...(omitted > 0 ? [`  ${say.ledger.omitted(omitted)}`] : []),
    `→ ${say.ledger.whatNow}`,
  ].join('\n')
}

/** The table has one sentence for each kind of finding, taking that kind. */
export const sayFinding = (say: Say, finding: Finding): string =>
  (say.findings[finding.kind] as (finding: Finding) => string)(finding)

async function show(desk: Desk, { last }: { last: number }): Promise<void> {
  const house = await desk.house()
  const head = await house.views().ledgerHead()
  const waiting = await house.ledger().waiting()
  const entries = await house.views().latestEntries(last)
  const { ledger: say } = desk.say
  const verifierKey = house.verifierKey()
  desk.answer({ head: head ?? null, verifierKey, waiting, entries }, () => {
    if (!head) return [say.empty, pairs([[say.facts.waiting, waiting]])].join('\n')
    return [
      pairs([
        [say.facts.entries, number(head.size, desk.language)],
        [say.facts.root, head.root],
        [say.facts.at, moment(head.at)],
        [say.facts.copied, moment(head.archivedAt)],
        [say.facts.waiting, number(waiting, desk.language)],
      ]),
      `${say.note}\n${indented(head.note.trimEnd())}`,
      `${say.verifierKey}\n${indented(verifierKey)}`,
      `${say.entries}\n${indented(table(say.entryColumns, entries.map(cellsOf), desk.width - 2))}`,
    ].join('\n\n')
  })
}

const cellsOf = ({ seq, at, type, actor, subject }: LedgerEntry) => [
  seq,
  moment(new Date(at)),
  type,
  actor,
  sayMostSpecific(subject),
]

/** The page of a document of a batch is told by its own id. */
const sayMostSpecific = (subject: LedgerEntry['subject']): string => {
  const order = ['pageId', 'documentId', 'fileId', 'patientId', 'batchId', 'boxId', 'hostId'] as const
  const key = order.find((one) => subject[one] !== undefined)
  return key ? `${key.replace('Id', '')} ${subject[key]}` : ''
}
