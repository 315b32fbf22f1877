import path from 'node:path'
import type { Command } from 'commander'
import { Failure } from '../domain/failure.ts'
import { checkProof, type ProofReport } from '../proof/check.ts'
import { digestsOf } from '../proof/digests.ts'
import { sayFinding } from '../proof/finding-words.ts'
import { moment, statementOf } from '../proof/statement.ts'
import { matchesOf } from '../proof/story.ts'
import { en } from '../proof/words-en.ts'
import { fr } from '../proof/words-fr.ts'
import type { Desk } from './desk.ts'
import { readInput } from './files.ts'
import { type Frame, misuse } from './frame.ts'

type Options = { ledgerKey: string[]; witnessKey: string[]; anchors?: string; document: string[] }

const gather = (value: string, before: string[]): string[] => [...before, value]
const exitOnFindings = 7

/** Checks a proof file; it needs no configuration and no house. */
export function addVerify(program: Command, { help: { verify: help }, act }: Frame): void {
  program
    .command('verify')
    .description(help.what)
    .argument('<FILE>', help.file)
    .option('--ledger-key <KEY>', help.ledgerKey, gather, [])
    .option('--witness-key <KEY>', help.witnessKey, gather, [])
    .option('--anchors <FILE>', help.anchors)
    .option('--document <FILE>', help.document, gather, [])
    .action(act(verify))
}

async function verify(desk: Desk, options: Options, file: string): Promise<number> {
  const trust = {
    ledgerKeys: options.ledgerKey,
    witnessKeys: options.witnessKey,
    anchors: options.anchors ? (await readInput(options.anchors)).toString() : '',
  }
  const report = await checkProof(await readInput(file), trust, new Date()).catch(refuseKey)
  const documents = await Promise.all(options.document.map((one) => compared(one, report)))
  const { verdict, findings, manifest, entries } = report
  desk.answer({ verdict, subject: manifest?.subject, findings, entries, documents }, () =>
    inWords(desk, report, documents),
  )
  const isWell = verdict !== 'faulty' && documents.every(({ match }) => match)
  return isWell ? 0 : exitOnFindings
}

/** What is wrong with the file is in the report; what is thrown is about a key that was given. */
function refuseKey(error: unknown): never {
  throw error instanceof Failure && error.code === 'checkpoint-invalid' ? misuse('not-a-key') : error
}

type Compared = { readonly file: string; readonly match: ReturnType<typeof matchesOf>[number] | undefined }

async function compared(file: string, { entries }: ProofReport): Promise<Compared> {
  const [match] = matchesOf(await digestsOf(await readInput(file)), entries)
  return { file: path.basename(file), match }
}

function inWords(
  { say: { verify: say }, language }: Desk,
  { verdict, findings, grounds }: ProofReport,
  documents: readonly Compared[],
): string {
  const words = { fr, en }[language]
  const sign = { proven: '✓', coherent: '•', faulty: '✗' }[verdict]
  return [
    `${sign} ${say.verdicts[verdict]}`,
    ...findings.map((finding) => `  • ${sayFinding(finding, language)}`),
    ...documents.map(({ file, match }) =>
      match
        ? `  ✓ ${say.matched(file, words.events[match.type], match.seq, moment(match.at, words))}`
        : `  ✗ ${say.unmatched(file)}`,
    ),
    ...(grounds ? ['', statementOf(grounds, words)] : []),
  ].join('\n')
}
