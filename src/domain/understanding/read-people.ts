import type { PersonFinding, Role } from './findings.ts'
import { fold, lettersOf } from './folding.ts'
import type { LabelKind } from './label-phrases.ts'
import { type Label, labelsOf } from './labels.ts'
import { isCourtesy, nameTokens } from './names.ts'
import type { TextLine } from './page-text.ts'
import { readDates } from './read-dates.ts'
import { readFileNumbers } from './file-numbers.ts'
import { readNirs } from './read-nir.ts'
import { roleInContext } from './role-in-context.ts'

type Kind = PersonFinding['kind']
type Person = {
  readonly number: number
  readonly role: Role
  readonly kinds: Map<Kind, string>
  line: number
}
/** A stretch of a line behind a label, or before the first: tokens from `from` up to `to`. */
type Stretch = { readonly label: Label | undefined; readonly from: number; readonly to: number }

/** A person is spoken of for so many lines; a part of a form about somebody else is not longer. */
const reach = 8
const sectionReach = 6
const nameKinds: readonly LabelKind[] = ['birth-name', 'usage-name', 'name']

/** How much a statement is worth when every letter of it was read well. */
const worth: Readonly<Record<Kind, number>> = {
  ...{ nir: 0.98, 'birth-name': 0.9, 'usage-name': 0.85, name: 0.85, 'given-names': 0.85 },
  ...{ 'birth-date': 0.9, 'file-number': 0.8 },
}

/** What a page says of people: NIRs, names, birth dates and file numbers, each with whom it is about. */
export function readPeople(lines: readonly TextLine[]): PersonFinding[] {
  const findings: PersonFinding[] = []
  let person: Person | undefined
  let count = 0
  let section: { role: Role; until: number } | undefined
  /** Labels at the end of the line before, that nothing stood behind. */
  let awaited: LabelKind[] = []

  const add = (
    kind: Kind,
    value: string,
    role: Role,
    line: TextLine,
    words: [number, number],
    factor = 1,
  ) => {
    if (!person || !goesOn(person, kind, value, role, line.number))
      person = { number: count++, role, kinds: new Map(), line: line.number }
    person.kinds.set(kind, fold(value))
    person.line = line.number
    findings.push({
      ...{ kind, value, corrected: false, role: person.role, person: person.number },
      confidence: Math.min(1, worth[kind] * factor * line.confidence(...words)),
      place: line.place(...words),
    })
    return findings.at(-1)!
  }

  for (const line of lines) {
    const labels = labelsOf(line)
    const sectionRole = section && line.number <= section.until ? section.role : 'subject'
    let role: Role = sectionRole
    const expected = labels[0]?.from === 0 ? [] : awaited
    awaited = []
    const used = new Set<number>()
    const words = (from: number, to: number): [number, number] => [
      line.tokens[from]!.word,
      line.tokens[Math.max(from, to - 1)]!.word,
    ]
    const roleBefore = (at: number): Role | undefined => roleInContext(lines, line.number, at)

    const addName = (kind: Kind, from: number, to: number, who: Role, factor = 1): number => {
      const name = nameTokens(line.tokens, from, to)
      if (name.words.join('').length > 1)
        add(kind, name.words.join(' '), who, line, words(from, name.to), factor)
      return name.words.length
    }
    const addDate = (from: number, to: number, who: Role): boolean => {
      const [first, last] = words(from, Math.min(to, from + 3))
      const found = readDates(line.folded).find((date) => {
        const [start] = line.wordsAt(date.from, date.to)
        return start >= first && start <= last
      })
      if (!found) return false
      const place = line.wordsAt(found.from, found.to)
      const about = who === 'professional' ? 'subject' : who
      const finding = add(
        'birth-date',
        found.date,
        about,
        line,
        place,
        found.corrected || found.isShort ? 0.8 : 1,
      )
      findings[findings.length - 1] = { ...finding, corrected: found.corrected }
      return true
    }

    for (const { label, from, to } of stretchesOf(line, labels)) {
      const isEmpty = from >= to
      const kind = label?.kind
      if (kind === 'subject' || kind === 'relative' || kind === 'professional') {
        role = kind
        const isHeading =
          label!.from === 0 && isEmpty && labels.length === 1 && (kind !== 'professional' || label!.hasColon)
        if (isHeading) section = { role: kind, until: line.number + sectionReach }
        else if (!isEmpty) addName('name', from, to, kind, kind === 'subject' ? 1 : 0.7)
      } else if (kind && nameKinds.includes(kind)) {
        if (isEmpty) awaited.push(kind)
        else addName(kind as Kind, from, to, aboutWhom(line, label, role))
      } else if (kind === 'given-names') {
        if (isEmpty) awaited.push(kind)
        else addName('given-names', from, to, role)
      } else if (kind === 'birth-date') {
        const who = roleBefore(label!.from) ?? bornWho(line, label!, person, role)
        if (isEmpty || !addDate(from, to, role === 'relative' ? role : who)) awaited.push(kind)
      }
      if (!kind || kind === 'subject') {
        for (let at = from; at < to; at++) {
          if (!isCourtesy(line.tokens[at]!.text) || used.has(at)) continue
          const who =
            roleBefore(at) ?? (kind === 'subject' ? 'subject' : role === 'subject' ? 'passing' : role)
          if (kind !== 'subject' && addName('name', at + 1, to, who, 0.6) > 0) used.add(at)
        }
      }
      if (!kind && expected.length > 0 && from === 0) takeAwaited(expected, from, to)
    }
    takeNirs()
    takeFileNumbers()

    function takeFileNumbers(): void {
      for (const { value, isLabelled, words: at } of readFileNumbers(line, labels))
        add('file-number', value, 'subject', line, at, isLabelled ? 1 : 0.6)
    }

    function takeAwaited(kinds: readonly LabelKind[], from: number, to: number): void {
      const name = kinds.find((kind) => nameKinds.includes(kind))
      if (name && !isCourtesy(line.tokens[from]!.text)) addName(name as Kind, from, to, role, 0.8)
      else if (kinds.includes('given-names')) addName('given-names', from, to, role, 0.8)
      if (kinds.includes('birth-date')) addDate(from, to, role)
    }

    function takeNirs(): void {
      for (const { nir, corrected, from, to } of readNirs(line.folded)) {
        const place = line.wordsAt(from, to)
        const at = line.tokens.findIndex((token) => token.word === place[0])
        const before = labels.findLast((label) => label.from <= at && isRole(label.kind))
        const who = roleBefore(at) ?? (before ? (before.kind as Role) : sectionRole)
        const about = who === 'professional' ? 'subject' : who
        const finding = add('nir', nir, about, line, place, corrected ? 0.7 : 1)
        findings[findings.length - 1] = { ...finding, corrected }
      }
    }
  }
  return findings
}

const isRole = (kind: LabelKind): boolean =>
  kind === 'subject' || kind === 'relative' || kind === 'professional'

function stretchesOf(line: TextLine, labels: readonly Label[]): Stretch[] {
  const end = line.tokens.length
  const head: Stretch = { label: undefined, from: 0, to: labels[0]?.from ?? end }
  const rest = labels.map((label, index) => ({ label, from: label.to, to: labels[index + 1]?.from ?? end }))
  return head.to > 0 ? [head, ...rest] : rest
}

/** In a sentence, « née le » speaks of whoever was named right before; on a form, of the person of that part. */
function bornWho(line: TextLine, { from }: Label, person: Person | undefined, role: Role): Role {
  const isSentence = /^\p{Ll}/u.test(line.tokens[from]!.text)
  if (person && line.number - person.line <= (isSentence ? 1 : reach)) return person.role
  return isSentence ? 'passing' : role
}

/** « Nom du … » of which nobody knows what follows: not the one whose page it is. */
function aboutWhom(line: TextLine, label: Label, role: Role): Role {
  const next = line.tokens[label.to]
  const isOfSomething = !label.hasColon && next !== undefined && /^(du|de|des|d['’].*)$/.test(next.text)
  return isOfSomething ? 'professional' : role
}

/** Is this said of the person of whom the last thing was said? */
function goesOn(person: Person, kind: Kind, value: string, role: Role, line: number): boolean {
  if (line - person.line > reach) return false
  const known = person.kinds.get(kind)
  if (
    known !== undefined &&
    lettersOf(known) + known.replace(/\D/g, '') !== lettersOf(value) + value.replace(/\D/g, '')
  )
    return false
  const isNameOfOther =
    kind !== 'birth-date' && kind !== 'nir' && kind !== 'birth-name' && kind !== 'file-number'
  if (person.role === 'passing' && role === 'subject') return !isNameOfOther
  return person.role === role
}
