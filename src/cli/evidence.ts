import type { Command } from 'commander'
import { verifyAllEvidence } from '../commands/verify-evidence.ts'
import { algorithms, type AlgorithmEnds, endOf } from '../domain/algorithms.ts'
import { holdsUntil } from '../domain/timestamps/renewal.ts'
import type { TimestampTally } from '../records.ts'
import type { Desk } from './desk.ts'
import { type Frame, noun } from './frame.ts'
import { ageOf } from './queue-age.ts'
import { sayEvidenceIn } from './say-evidence.ts'
import { indented, pairs, table } from './table.ts'
import { moment, number } from './typography.ts'

export function addEvidence(program: Command, { help: { evidence: help }, act }: Frame): void {
  const evidence = noun(program, 'evidence', help.noun)
  evidence.command('status').description(help.status).action(act(status))
  evidence.command('verify').description(help.verify).option('--copies', help.copies).action(act(verify))
}

const exitOnFindings = 7
const dayMs = 86_400_000

async function status(desk: Desk): Promise<void> {
  const house = await desk.house()
  const { timestamps } = await desk.settings()
  const isConfigured = timestamps.authorities.length > 0
  const tally = await house.timestamps().tally()
  const resting = tally.resting.map((group) => standing(group, timestamps))
  const { resting: _groups, ...counts } = tally
  desk.answer({ configured: isConfigured, ...counts, resting }, () => {
    const say = sayEvidenceIn(desk.language)
    const count = (value: number) => number(value, desk.language)
    const since = tally.waitingSince
    const age = since && ageOf(house.clock.now().getTime() - since.getTime(), desk.say.queue.days)
    return [
      isConfigured ? `✓ ${say.configured(timestamps.authorities.map(({ name }) => name))}` : `✗ ${say.none}`,
      pairs([
        [say.facts.heads, say.stamped(count(tally.stamped.checkpoint), count(tally.waiting.checkpoint))],
        [
          say.facts.documents,
          say.stamped(count(tally.stamped['sealed-document']), count(tally.waiting['sealed-document'])),
        ],
        [say.facts.waitingSince, since && `${moment(since)} (${age})`],
        [say.facts.unarchived, count(tally.unarchived)],
      ]),
      ...(resting.length > 0
        ? [`${say.resting}\n${indented(table(say.columns, resting.map(cells(desk)), desk.width - 2))}`]
        : []),
    ].join('\n\n')
  })
}

/** Until when tokens hold, why not longer, and from when on they are renewed. */
function standing(
  group: TimestampTally['resting'][number],
  { renewBeforeDays, algorithmEnds }: { renewBeforeDays: number; algorithmEnds: AlgorithmEnds },
) {
  const until = holdsUntil(group, algorithmEnds)
  const ending = group.algorithms.find((name) => endOf(name, algorithmEnds)?.getTime() === until.getTime())
  return {
    ...group,
    holdsUntil: until,
    endsWith: ending ?? 'certificate',
    ...(ending ? { source: algorithms[ending].source } : {}),
    renewFrom: new Date(until.getTime() - renewBeforeDays * dayMs),
  }
}

/** Of an end that is not included, the last day. */
const day = (date: Date): string => date.toISOString().slice(0, 10)

const cells =
  ({ language }: Desk) =>
  ({ authority, tokens, holdsUntil, endsWith, renewFrom }: ReturnType<typeof standing>) => [
    authority,
    number(tokens, language),
    day(new Date(holdsUntil.getTime() - 1)),
    endsWith === 'certificate' ? sayEvidenceIn(language).certificate : endsWith,
    day(renewFrom),
  ]

async function verify(desk: Desk, { copies: withCopies = false }: { copies?: boolean }): Promise<number> {
  const house = await desk.house()
  const say = sayEvidenceIn(desk.language)
  const { stamped } = await house.timestamps().tally()
  const progress = desk.progress(say.verifying)
  const total = stamped.checkpoint + stamped['sealed-document']
  const report = await verifyAllEvidence(house.evidenceRoom(), {
    withCopies,
    progress: (subjects) => progress.at(subjects, total),
  }).finally(() => progress.end())
  const isWell = report.findings.length === 0
  desk.answer({ verified: isWell, ...report }, () =>
    [
      isWell
        ? `✓ ${say.verified(number(report.tokens, desk.language), number(report.subjects, desk.language))}`
        : `✗ ${say.notVerified(report.findings.length)}`,
      ...report.findings.slice(0, shown).map(({ kind, subject, generation, fault }) => {
        const what = say.kinds[kind](subject)
        return `  • ${say.finding(what, generation, say.faults(fault))}`
      }),
      ...(report.findings.length > shown ? [`    ${say.omitted(report.findings.length - shown)}`] : []),
    ].join('\n'),
  )
  return isWell ? 0 : exitOnFindings
}

/** So many findings are shown; --json has all. */
const shown = 20

/** Which heads of the ledger somebody else answers for; null where nobody was ever asked. */
export async function timedHeads(desk: Desk): Promise<{ stamped: number; waiting: number } | null> {
  const house = await desk.house()
  const { stamped, waiting } = await house.timestamps().tally()
  const { authorities } = (await desk.settings()).timestamps
  return authorities.length > 0 || stamped.checkpoint > 0
    ? { stamped: stamped.checkpoint, waiting: waiting.checkpoint }
    : null
}

export function sayTimedHeads(desk: Desk, timed: Awaited<ReturnType<typeof timedHeads>>): [string, string] {
  const { facts, stamped, untimed } = sayEvidenceIn(desk.language)
  const count = (value: number) => number(value, desk.language)
  return [facts.trustedTime, timed ? stamped(count(timed.stamped), count(timed.waiting)) : untimed]
}
