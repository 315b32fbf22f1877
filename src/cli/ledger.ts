import type { Command } from 'commander'
import { verifyLedger } from '../commands/verify-ledger.ts'
import type { LedgerEntry } from '../domain/custody.ts'
import type { Desk } from './desk.ts'
import { sayTimedHeads, timedHeads } from './evidence.ts'
import type { Finding } from './findings.ts'
import { addPublicLedger } from './ledger-public.ts'
import { count, type Frame, noun } from './frame.ts'
import type { Say } from './say.ts'
import { indented, pairs, table } from './table.ts'
import { moment, number } from './typography.ts'

export function addLedger(program: Command, frame: Frame): void {
  const {
    act,
    help: { ledger: help },
  } = frame
  const ledger = noun(program, 'ledger', help.noun)
  ledger.command('verify').description(help.verify).action(act(verify))
  addPublicLedger(ledger, frame)
  ledger.command('show').description(help.show).option('--last <N>', help.last, count, 10).action(act(show))
}

const exitOnFindings = 7

async function verify(desk: Desk): Promise<number> {
  const house = await desk.house()
  const { ledger: say } = desk.say
  const total = (await house.views().ledgerHead())?.size
  const progress = desk.progress(say.verifying)
  const report = await verifyLedger(
    house.ledger(),
    house.signer(),
    house.archiveBuckets(),
    (entries) => progress.at(entries, total),
    house.witnesses(),
  )
    .then((done) => {
      progress.at(done.size, done.size)
      return done
    })
    .finally(() => progress.end())
  const timed = await timedHeads(desk)
  const isWell = report.findings.length === 0
  desk.answer({ verified: isWell, ...report, root: report.root.toString('hex'), trustedTime: timed }, () =>
    [
      isWell ? `✓ ${say.verified(report.size, report.checkpoints)}` : wrong(desk.say, report),
      '',
      pairs([
        [say.facts.entries, number(report.size, desk.language)],
        [say.facts.root, report.root.toString('hex')],
        [say.facts.covered, number(report.covered, desk.language)],
        [
          say.facts.checkpoints,
          say.confirmed(
            number(report.checkpoints, desk.language),
            number(report.stored + report.archived, desk.language),
          ),
        ],
        [say.facts.stored, number(report.stored, desk.language)],
        [say.facts.archived, number(report.archived, desk.language)],
        [say.facts.waiting, number(report.waiting, desk.language)],
        sayTimedHeads(desk, timed),
        ...(report.recovered > 0
          ? [[say.facts.recovered, number(report.recovered, desk.language)] as const]
          : []),
        ...report.published.map(
          ({ archive, size }) => [archive, say.standings.fine(size, report.size - size)] as const,
        ),
        ...report.witnessed.map(
          ({ witness, size, at }) => [witness, `${number(size, desk.language)} (${moment(at)})`] as const,
        ),
      ]),
    ].join('\n'),
  )
  return isWell ? 0 : exitOnFindings
}

/** Of each kind of finding so many are shown; --json has all. */
const shown = 3

type Wrong = {
  readonly findings: readonly Finding[]
  readonly tally: Readonly<Partial<Record<Finding['kind'], number>>>
  readonly covered: number
}

/** What was found, by kind: what entries and events show first, then the checkpoints that contradict them. */
export function wrong(say: Say, { findings, tally, covered }: Wrong): string {
  const kinds = (Object.keys(say.findings) as Finding['kind'][]).filter((kind) => tally[kind])
  return [
    `✗ ${say.ledger.notVerified(
      kinds.reduce((total, kind) => total + tally[kind]!, 0),
      kinds.length,
    )}`,
    ...kinds.flatMap((kind) => {
      const some = findings.filter((finding) => finding.kind === kind).slice(0, shown)
      const more = tally[kind]! - some.length
      return [
        `  ${say.ledger.ofKind(say.ledger.kinds[kind], tally[kind]!)}`,
        ...some.map((finding) => `    • ${sayFinding(say, finding)}`),
        ...(more > 0 ? [`      ${say.ledger.omitted(more)}`] : []),
      ]
    }),
    `  ${say.ledger.intact(covered)}`,
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
