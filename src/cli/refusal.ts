import { explain, type Facts, type Failure } from '../domain/failure.ts'
import type { FailureCode } from '../domain/failures.ts'
import { sayManifestFaults } from '../domain/manifest-faults-words.ts'
import { type Say, sayIn } from './say.ts'
import { type Language, typeset } from '../domain/typography.ts'

/** How a command was misused, for Failure usage: `detail` is an option or argument, never what was typed for it. */
export type Misuse = keyof Say['usage']

/** What is wrong and what to do about it, with states, units, faults and the like in words. */
export function sayReason(
  code: FailureCode,
  facts: Facts,
  language: Language,
): { what: string; todo: string } {
  const say = sayIn(language)
  const { what, todo } = explain(code, language, inWords(code, ofManifest(code, facts, language), say))
  const next = nextCommand(code, facts, say) ?? todo
  return { what: typeset(what, language).replaceAll(' \n', '\n'), todo: typeset(next, language) }
}

/** Where each kind of thing is listed. */
const lists: Readonly<Record<string, string>> = {
  document: 'document list',
  batch: 'batch list',
  patient: 'patient list',
  organisation: 'organisation list',
  contract: 'contract list',
  host: 'host list',
  order: 'queue failed',
  epoch: 'keys status',
  'ledger-entry': 'ledger show',
  checkpoint: 'ledger status',
}

/** What to type next, where the refused command itself tells; `command` is a fact that the command line adds. */
function nextCommand(code: FailureCode, { command, kind, subject }: Facts, say: Say): string | undefined {
  if (code === 'not-found') return lists[String(kind)] && say.seeOne(lists[String(kind)]!)
  if (command === undefined) return undefined
  if (code === 'usage') return say.seeHelp(String(command))
  const [noun] = String(command).split(' ')
  const isShown = code === 'state-forbids' && (noun === 'batch' || noun === 'document')
  return isShown ? say.seeOne(`${noun} show ${subject}`) : undefined
}

/** The refusal of a command, as a person reads it. */
export function sayFailure({ code, facts }: Failure, language: Language): string {
  const { what, todo } = sayReason(code, facts, language)
  return [`✗ ${what}`, `→ ${todo}`, `  ${sayIn(language).code(code)}`].join('\n')
}

/** The refusal of a command, as a program reads it: docs/schemas/cli-error.schema.json. */
export const refusalOf = ({ code, facts }: Failure, language: Language) => ({
  error: { code, ...sayReason(code, facts, language), facts },
})

const ofManifest = (code: FailureCode, facts: Facts, language: Language): Facts =>
  code === 'manifest-invalid'
    ? { ...facts, faults: sayManifestFaults(String(facts['faults']), language) }
    : facts

function inWords(code: FailureCode, facts: Facts, say: Say): Facts {
  const words: Record<string, string | number> = { ...facts }
  const translate = (fact: string, table: Readonly<Record<string, string>>) => {
    if (fact in facts) words[fact] = lookedUp(table, String(facts[fact]))
  }
  translate('state', say.states)
  translate('unit', say.units)
  if (code !== 'unexpected') translate('kind', say.kinds)
  if (code === 'input-unreadable' || code === 'output-refused') translate('reason', say.systemReasons)
  if (code === 'share-invalid')
    words['reason'] =
      say.keys.shareReasons[String(facts['reason'])]?.(Number(facts['line'])) ?? facts['reason']!
  if ('clauses' in facts)
    words['clauses'] = String(facts['clauses'])
      .split(', ')
      .map((clause) => lookedUp(say.clauses, clause))
      .join(' ; ')
  if ('faults' in facts) words['faults'] = listed(String(facts['faults']), sayerOf(code, say))
  if (code === 'usage') words['reason'] = sayMisuse(facts, say)
  return words
}

const lookedUp = (table: Readonly<Record<string, string>>, key: string): string =>
  Object.hasOwn(table, key) ? table[key]! : key

function sayMisuse({ reason = 'other', detail = '', choices = '' }: Facts, say: Say): string {
  const misuse = Object.hasOwn(say.usage, reason) ? (reason as Misuse) : 'other'
  return say.usage[misuse](String(detail), String(choices))
}

/** Faults come as `place: code; place: code`. One is said in the sentence, several each on a line. */
function listed(faults: string, sayOne: (fault: string) => string): string {
  const said = faults.split('; ').map(sayOne)
  return said.length === 1 ? said[0]! : said.map((one) => `\n  • ${one}`).join('')
}

function sayerOf(code: FailureCode, say: Say): (fault: string) => string {
  if (code === 'import-invalid') return (fault) => sayFault(fault, say)
  if (code === 'configuration-invalid') return (fault) => saySettingFault(fault, say)
  return (fault) => fault
}

/** `keys.ledger: invalid-type`, `12: not-json`, `.: not-json` */
function saySettingFault(fault: string, say: Say): string {
  const [, place, code] = /^([^ ]+): ([a-z-]+)$/.exec(fault) ?? []
  if (!place || !code) return fault
  const words = lookedUp(say.settingFaults, code)
  return /^\d+$/.test(place)
    ? say.faultAt(place, '', words)
    : say.settingFault(place === '.' ? 'scelle.json' : place, words)
}

/** `12/birth_date: not-a-date` */
function sayFault(fault: string, say: Say): string {
  const [, line, column = '', code] = /^(\d+)(?:\/([^:]*))?: (.*)$/.exec(fault) ?? []
  if (!line || !code) return fault
  return say.faultAt(line, column, lookedUp(say.faults, code))
}
