import type { InsuranceFinding } from './findings.ts'
import { fold, lettersOf } from './folding.ts'
import type { TextLine } from './page-text.ts'

type Kind = InsuranceFinding['kind']

/** Labels, folded, and what stands behind them; the letter after N may be a degree sign, an o or a zero. */
const number = 'N(?:UMERO|[°º*O0]|\\.)?'
const labels: Readonly<Record<Kind, RegExp>> = {
  insurer:
    /(?<!\p{L})(?:ORGANISME(?: COMPLEMENTAIRE| D[' ]ASSURANCE| PAYEUR)?|ASSUREUR|MUTUELLE|COMPLEMENTAIRE(?: SANTE)?|COMPAGNIE(?: D[' ]ASSURANCES?)?|CAISSE)\s?[:;]\s?/u,
  'contract-number': new RegExp(
    `(?<!\\p{L})(?:${number}\\s?(?:DE |DU )?(?:CONTRAT|POLICE)|CONTRAT(?:\\s?${number})?|POLICE\\s?${number})\\s?[:;]?\\s?`,
    'u',
  ),
  'member-number': new RegExp(
    `(?<!\\p{L})(?:${number}\\s?(?:D['’ ]?\\s?)?(?:ADHERENTE?|SOCIETAIRE|PARTICIPANT|AMC)|(?:ADHERENTE?|SOCIETAIRE)\\s?${number})\\s?[:;]?\\s?`,
    'u',
  ),
}
/** Names that say by themselves that they are an insurer's. */
const insurers =
  /(?<!\p{L})(?:MUTUELLE (?!N|:|SANTE\b)(?:[A-Z][\p{L}'’-]*\s?){1,4}|CAISSE PRIMAIRE D['’ ]ASSURANCE MALADIE(?: (?:DE|DU|DES) [\p{L}'’-]+)?|CPAM (?:DE |DU |DES |D['’])?[\p{L}'’-]+)/u
const identifier = /^[A-Z0-9][A-Z0-9./-]{2,24}(?: \d[\d./-]{1,8}(?![\p{L}]))*/u

/** Insurer, contract and member number, as an insurance paper labels them. */
export function readInsurance(lines: readonly TextLine[]): InsuranceFinding[] {
  const findings = lines.flatMap((line) =>
    (Object.keys(labels) as Kind[]).flatMap((kind) => labelled(kind, line) ?? []),
  )
  const isNamed = findings.some(({ kind }) => kind === 'insurer')
  const named = isNamed ? [] : lines.flatMap((line) => namedInsurer(line) ?? [])
  return [...findings, ...named.slice(0, 1)]
}

function labelled(kind: Kind, line: TextLine): InsuranceFinding | undefined {
  const match = labels[kind].exec(line.folded)
  if (!match) return undefined
  const from = match.index + match[0].length
  const value = kind === 'insurer' ? insurerAt(line, from) : identifierAt(line, from)
  return value ? finding(kind, line, from, value, 0.85) : undefined
}

function insurerAt(line: TextLine, from: number): string | undefined {
  const value = line.text
    .slice(from)
    .split(/\s(?=[^\s]+\s?:)|\s{2}/)[0]!
    .trim()
  return lettersOf(value).length > 2 && /^\p{Lu}/u.test(value) ? value : undefined
}

function identifierAt(line: TextLine, from: number): string | undefined {
  const value = identifier.exec(line.folded.slice(from))?.[0].trim()
  return value && /\d{3}/.test(value.replace(/[^\dA-Z]/g, '')) ? value : undefined
}

function namedInsurer(line: TextLine): InsuranceFinding | undefined {
  const match = insurers.exec(fold(line.text))
  return match
    ? finding(
        'insurer',
        line,
        match.index,
        line.text.slice(match.index, match.index + match[0].length).trim(),
        0.6,
      )
    : undefined
}

function finding(kind: Kind, line: TextLine, from: number, value: string, worth: number): InsuranceFinding {
  const words = line.wordsAt(from, from + value.length)
  return { kind, value, confidence: worth * line.confidence(...words), place: line.place(...words) }
}
