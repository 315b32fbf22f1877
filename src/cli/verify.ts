import path from 'node:path'
import type { Command } from 'commander'
import { Failure } from '../domain/failure.ts'
import { checkCertificate, type CertificateReport, isPdf } from '../proof/check-certificate.ts'
import { checkProof, type ProofReport } from '../proof/check.ts'
import { readKept } from '../proof/continuity.ts'
import { digestsOf } from '../proof/digests.ts'
import { sayFinding } from '../proof/finding-words.ts'
import { moment, statementOf } from '../proof/statement.ts'
import { matchesOf } from '../proof/story.ts'
import { en } from '../proof/words-en.ts'
import { fr } from '../proof/words-fr.ts'
import type { Desk } from './desk.ts'
import { readInput } from './files.ts'
import { type Frame, misuse, refuseKey } from './frame.ts'

type Options = {
  ledgerKey: string[]
  witnessKey: string[]
  anchors?: string
  kept: string[]
  document: string[]
}

const gather = (value: string, before: string[]): string[] => [...before, value]
const exitOnFindings = 7

/** Checks a proof file, or an attestation by itself; it needs no configuration and no house. */
export function addVerify(program: Command, { help: { verify: help }, act }: Frame): void {
  program
    .command('verify')
    .description(help.what)
    .argument('<FILE>', help.file)
    .option('--ledger-key <KEY>', help.ledgerKey, gather, [])
    .option('--witness-key <KEY>', help.witnessKey, gather, [])
    .option('--anchors <FILE>', help.anchors)
    .option('--kept <FILE>', help.kept, gather, [])
    .option('--document <FILE>', help.document, gather, [])
    .action(act(verify))
}

async function verify(desk: Desk, options: Options, file: string): Promise<number> {
  const trust = {
    ledgerKeys: options.ledgerKey,
    witnessKeys: options.witnessKey,
    anchors: options.anchors ? (await readInput(options.anchors)).toString() : '',
    kept: (await Promise.all(options.kept.map(keptIn))).flat(),
  }
  const bytes = await readInput(file)
  if (isPdf(bytes)) {
    const certificate = await checkCertificate(bytes, trust, new Date()).catch(refuseKey)
    desk.answer(certificate, () => certificateInWords(desk, certificate, trust))
    return certificate.verdict === 'faulty' ? exitOnFindings : 0
  }
  const report = await checkProof(bytes, trust, new Date()).catch(refuseKey)
  const documents = await Promise.all(options.document.map((one) => compared(one, report)))
  const { verdict, findings, manifest, entries, kept } = report
  desk.answer({ verdict, subject: manifest?.subject, findings, kept, entries, documents }, () =>
    inWords(desk, report, documents),
  )
  const isAllShown =
    documents.every(({ match }) => match) && kept.every(({ standing }) => standing === 'continued')
  const isWell = verdict !== 'faulty' && isAllShown
  return isWell ? 0 : exitOnFindings
}

async function keptIn(file: string): Promise<string[]> {
  const bytes = await readInput(file)
  try {
    return readKept(bytes)
  } catch (error) {
    throw error instanceof Failure ? misuse('not-a-head') : error
  }
}

type Compared = { readonly file: string; readonly match: ReturnType<typeof matchesOf>[number] | undefined }

async function compared(file: string, { entries }: ProofReport): Promise<Compared> {
  const [match] = matchesOf(await digestsOf(await readInput(file)), entries)
  return { file: path.basename(file), match }
}

const signs = { proven: '✓', coherent: '•', faulty: '✗' } as const

function inWords(
  { say: { verify: say }, language }: Desk,
  { verdict, findings, grounds, kept }: ProofReport,
  documents: readonly Compared[],
): string {
  const words = { fr, en }[language]
  const sign = signs[verdict]
  return [
    `${sign} ${say.verdicts[verdict]}`,
    ...findings.map((finding) => `  • ${sayFinding(finding, language)}`),
    ...kept.map(({ size, standing }) =>
      standing === 'continued' ? `  ✓ ${say.continued(size)}` : `  • ${say.notShown(size)}`,
    ),
    ...documents.map(({ file, match }) =>
      match
        ? `  ✓ ${say.matched(file, words.events[match.type], match.seq, moment(match.at, words))}`
        : `  ✗ ${say.unmatched(file)}`,
    ),
    ...(grounds ? ['', statementOf(grounds, words)] : []),
  ].join('\n')
}

function certificateInWords(
  { say: { verify: say }, language }: Desk,
  { verdict, findings, facts, place }: CertificateReport,
  { anchors }: { readonly anchors: string },
): string {
  const words = { fr, en }[language]
  const when = (at: Date) => moment(at.toISOString(), words)
  return [
    `${signs[verdict]} ${say.certificate[verdict]}`,
    ...findings.map((finding) => `  • ${sayFinding(finding, language)}`),
    ...(anchors ? [] : [`  • ${say.withoutAnchors}`]),
    ...(facts ? [`  ✓ ${say.signedBy(facts.signer, facts.serial)}`] : []),
    ...(facts?.timestamps.map(({ authority, at }) => `  ✓ ${say.provenAt(authority, when(at))}`) ?? []),
    ...(facts && !facts.provenAt && facts.signedAt ? [`  • ${say.notProvenAt(when(facts.signedAt))}`] : []),
    ...(place ? [`  ✓ ${say.placed(place.index, place.origin, place.size)}`] : []),
  ].join('\n')
}
