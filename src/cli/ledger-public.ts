import path from 'node:path'
import type { Command } from 'commander'
import { requestFor, takeBack } from '../commands/ask-witnesses.ts'
import { checkEntryProof } from '../commands/check-entry-proof.ts'
import { type LedgerStatus, ledgerStatus } from '../commands/ledger-status.ts'
import { proveEntry } from '../commands/prove-entry.ts'
import { diagnoseLedger, recoverLedger } from '../commands/recover-ledger.ts'
import type { House } from '../compose.ts'
import type { Desk } from './desk.ts'
import { readInput, refuseExisting, writeNew } from './files.ts'
import { type Frame, refuseKey, required, whole } from './frame.ts'
import { pairs, table } from './table.ts'
import { moment, number } from './typography.ts'

/** What outsiders read of the ledger, and how it is brought to them. */
export function addPublicLedger(ledger: Command, { help: { ledger: help }, act }: Frame): void {
  ledger.command('status').description(help.status).action(act(status))
  ledger
    .command('proof')
    .description(help.proof)
    .argument('<SEQ>', help.seq, whole)
    .addOption(required('--out <FILE>', help.out))
    .option('--entry <FILE>', help.entryOut)
    .action(act((desk, given: ProofFiles, seq: string) => prove(desk, given, Number(seq))))
  ledger
    .command('check-proof')
    .description(help.checkProof)
    .argument('<FILE>', help.proofFile)
    .addOption(required('--entry <FILE>', help.entryFile))
    .addOption(required('--log <KEY>', help.log))
    .option('--witness <KEY...>', help.witnesses)
    .action(act(check))
  ledger
    .command('request')
    .description(help.request)
    .option('--old <N>', help.old, whole, 0)
    .addOption(required('--out <FILE>', help.requestOut))
    .action(act(request))
  ledger.command('cosign').description(help.cosign).argument('<FILE>', help.cosignFile).action(act(cosign))
  ledger.command('recover').description(help.recover).option('--repair', help.repair).action(act(recover))
}

const archived = (house: House) => ({
  ...{ ledger: house.ledger(), signer: house.signer(), archives: house.archiveBuckets() },
})

async function status(desk: Desk): Promise<number> {
  const house = await desk.house()
  const seen = await ledgerStatus(archived(house), house.witnesses())
  const { ledger: say } = desk.say
  const count = (value: number) => number(value, desk.language)
  desk.answer(seen, () =>
    [
      pairs([
        [say.facts.entries, count(seen.size)],
        [say.facts.at, moment(seen.signedAt)],
        [say.facts.published, count(seen.published)],
        [say.facts.waiting, count(seen.waiting)],
      ]),
      table(
        say.archiveColumns,
        Object.entries(seen.archives).map(([name, one]) => [name, sayStanding(desk, seen, one)]),
        desk.width,
      ),
      ...(seen.witnesses.length > 0
        ? [
            table(
              say.witnessColumns,
              seen.witnesses.map(({ witness, required: must, size, at }) => [
                ...[witness, must ? desk.say.yes : desk.say.no, count(size), moment(at)],
              ]),
              desk.width,
            ),
          ]
        : []),
    ].join('\n\n'),
  )
  return isGrave(seen) ? 7 : 0
}

const isGrave = ({ archives }: LedgerStatus): boolean =>
  Object.values(archives).some(({ kind }) => kind !== 'fine' && kind !== 'away')

function sayStanding(desk: Desk, { size }: { size: number }, one: LedgerStatus['archives'][string]): string {
  const { standings } = desk.say.ledger
  switch (one.kind) {
    case 'fine':
      return standings.fine(one.size, size - one.size)
    case 'database-behind':
      return standings.behind(one.size, one.size - size)
    case 'contradiction':
      return standings.contradiction(one.size)
    case 'checkpoint-invalid':
      return standings.invalid(one.reason)
    case 'away':
      return standings.away(one.code)
  }
}

type ProofFiles = { readonly out: string; readonly entry?: string }

async function prove(desk: Desk, { out, entry: entryFile }: ProofFiles, seq: number): Promise<void> {
  const files = [out, ...(entryFile ? [entryFile] : [])]
  await refuseExisting(...files)
  const house = await desk.house()
  const must = house.witnesses().flatMap(({ cosigner, required: must }) => (must ? [cosigner] : []))
  const made = await proveEntry(seq, { ledger: house.ledger(), signer: house.signer(), required: must })
  await writeNew(out, made.proof)
  if (entryFile) await writeNew(entryFile, made.entry)
  const answer = { seq, size: made.size, files: files.map((file) => path.resolve(file)) }
  desk.answer(answer, () => `✓ ${desk.say.ledger.proven(seq, made.size, out)}`)
}

async function check(
  desk: Desk,
  { entry, log, witness = [] }: { entry: string; log: string; witness?: string[] },
  file: string,
): Promise<void> {
  const proof = (await readInput(file)).toString()
  const found = checked(proof, await readInput(entry), { log, witnesses: witness })
  desk.answer({ valid: true, ...found }, () =>
    [
      `✓ ${desk.say.ledger.checked(found.seq, found.size, found.origin)}`,
      ...found.witnesses.map(({ name, at }) => `✓ ${desk.say.ledger.signedBy(name, moment(at))}`),
    ].join('\n'),
  )
}

function checked(...given: Parameters<typeof checkEntryProof>): ReturnType<typeof checkEntryProof> {
  try {
    return checkEntryProof(...given)
  } catch (error) {
    return refuseKey(error)
  }
}

async function request(desk: Desk, { old, out }: { old: number; out: string }): Promise<void> {
  await refuseExisting(out)
  const made = await requestFor(old, (await desk.house()).ledger())
  await writeNew(out, made.request)
  desk.answer({ old, size: made.size, file: path.resolve(out) }, () => `✓ ${desk.say.ledger.requested(out)}`)
}

async function cosign(desk: Desk, _options: object, file: string): Promise<void> {
  const house = await desk.house()
  const parts = { ledger: house.ledger(), signer: house.signer(), witnesses: house.witnesses() }
  const taken = await takeBack((await readInput(file)).toString(), parts)
  desk.answer(taken, () => `✓ ${desk.say.ledger.cosigned(taken.witnesses.join(', '), taken.size)}`)
}

async function recover(desk: Desk, { repair }: { repair?: true }): Promise<number> {
  const house = await desk.house()
  const parts = archived(house)
  const before = await diagnoseLedger(parts)
  const { ledger: say } = desk.say
  const done = repair ? await recoverLedger(parts) : undefined
  const kinds = new Set(Object.values(before.archives).map(({ kind }) => kind))
  desk.answer({ ...before, ...(done && { done }) }, () =>
    [
      ...Object.entries(before.archives).map(([name, one]) =>
        desk.say.rescan.line(name, sayStanding(desk, before, one)),
      ),
      ...(done ? [`✓ ${say.recovered(done.entries, done.events, done.rewritten.length)}`] : []),
      ...(!done && kinds.has('contradiction') ? [`→ ${say.needsPerson}`] : []),
      ...(!done &&
      !kinds.has('contradiction') &&
      (kinds.has('database-behind') || kinds.has('checkpoint-invalid'))
        ? [`→ ${say.canRepair}`]
        : []),
    ].join('\n'),
  )
  return !done && [...kinds].some((kind) => kind !== 'fine') ? 7 : 0
}
