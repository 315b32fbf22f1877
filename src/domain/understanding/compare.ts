import type { PageFindings, PersonFinding } from './findings.ts'
import { distance, fold } from './folding.ts'
import { isParticle, type Likeness, likenessOfGiven, likenessOfSurname } from './names.ts'

/** What is known of the patient a document is attributed to. */
export type KnownIdentity = {
  readonly fileNumber?: string | undefined
  readonly matricule?: string | undefined
  readonly birthName: string
  readonly givenNames: string
  /** RFC 3339 full-date. */
  readonly birthDate: string
  readonly sex?: 'F' | 'M' | undefined
}

/** The kinds of facts that can speak against an attribution; codes, never content. */
export const conflictKinds = ['nir', 'name', 'given-names', 'birth-date', 'file-number'] as const
export type ConflictKind = (typeof conflictKinds)[number]

/** Does a page name its document's patient, nobody, or somebody else? */
export type Comparison =
  | { readonly verdict: 'agreement' | 'silence' }
  | { readonly verdict: 'conflict'; readonly kinds: readonly ConflictKind[] }

const agreement: Comparison = { verdict: 'agreement' }
const silence: Comparison = { verdict: 'silence' }
const conflict = (...kinds: readonly (ConflictKind | false | undefined)[]): Comparison => ({
  verdict: 'conflict',
  kinds: conflictKinds.filter((kind) => kinds.includes(kind)),
})

/**
 * Compares what one page says of people with the patient. Each person is weighed by all that is said of them together: a
 * NIR more than birth date and name, these more than a name, a birth date alone least. Statements about relatives and
 * professionals neither confirm nor contradict, and a person in passing never contradicts by a name alone. What a bad scan
 * may have made of the patient's own is no contradiction.
 *
 * @param aliases names of use, as they are written elsewhere in the document together with the patient's own
 */
export function comparePage(
  { people }: Pick<PageFindings, 'people'>,
  patient: KnownIdentity,
  aliases: readonly string[] = [],
): Comparison {
  const persons = [...Map.groupBy(people, ({ person }) => person).values()].filter(
    ([first]) => first!.role === 'subject' || first!.role === 'passing',
  )
  const verdicts = persons.map((facts) => ({
    // Whoever is named with their birth date is not mentioned in passing.
    isPassing:
      facts[0]!.role === 'passing' && !facts.some(({ kind }) => kind === 'birth-date' || kind === 'nir'),
    comparison: comparePerson(facts, patient, aliases),
  }))
  const has = (verdict: string, isPassing: boolean) =>
    verdicts.some((one) => one.isPassing === isPassing && one.comparison.verdict === verdict)
  if (has('agreement', false)) return agreement
  const isOwnFile = fileNumbers(people, patient).includes('same')
  const isNamedInPassing = has('agreement', true)
  const kinds = verdicts.flatMap(({ comparison }) =>
    comparison.verdict === 'conflict' ? comparison.kinds : [],
  )
  // One weak reason against the number of the file, or the patient's full name, on the same page says nothing.
  const isWeak = new Set(kinds).size === 1 && kinds[0] !== 'nir'
  if (kinds.length > 0) return isWeak && (isOwnFile || isNamedInPassing) ? silence : conflict(...kinds)
  if (isOwnFile || isNamedInPassing) return agreement
  return fileNumbers(people, patient).includes('different') ? conflict('file-number') : silence
}

type Facts = {
  readonly nir: Likeness | undefined
  readonly surname: Likeness | undefined
  readonly given: Likeness | undefined
  readonly date: 'same' | 'near' | 'different' | undefined
  /** The family name stands as the one of birth: nobody has another. */
  readonly isBirthName: boolean
  readonly isUsageName: boolean
  readonly isPassing: boolean
}

function comparePerson(
  findings: readonly PersonFinding[],
  patient: KnownIdentity,
  aliases: readonly string[],
): Comparison {
  const facts = factsOf(findings, patient, aliases)
  const { nir, surname, given, date } = facts
  const isOther = given === 'different' || given === 'clear'
  if (nir === 'same') return agreement
  if (nir === 'different') {
    // A form that gives a relative's number beside the patient's whole identity.
    if (surname === 'same' && date === 'same' && given === 'same') return agreement
    return conflict(
      'nir',
      isAnother(surname) && 'name',
      isOther && 'given-names',
      date === 'different' && 'birth-date',
    )
  }
  if (date === 'same') return withSameDate(facts, isOther, patient)
  if (date === 'different') return withOtherDate(facts, isOther)
  return withoutDate(facts, isOther, patient)
}

const isAnother = (likeness: Likeness | undefined): boolean =>
  likeness === 'different' || likeness === 'clear'

/** People born on one day are twins, or strangers; a name of use may be all that differs. */
function withSameDate(
  { surname, given, isBirthName }: Facts,
  isOther: boolean,
  { sex }: KnownIdentity,
): Comparison {
  const isAnotherFamily = surname === 'clear' && (isBirthName || sex === 'M')
  if (!isAnother(surname))
    return given === 'clear' ? (surname ? conflict('given-names') : silence) : agreement
  if (given === 'same' || given === 'near') return isAnotherFamily ? conflict('name') : agreement
  if (isOther) return conflict('name', 'given-names')
  return isAnotherFamily ? conflict('name') : silence
}

function withOtherDate({ surname, given, isPassing }: Facts, isOther: boolean): Comparison {
  if (isAnother(surname)) return conflict('name', isOther && 'given-names', 'birth-date')
  if (isOther) return surname || !isPassing ? conflict('given-names', 'birth-date') : silence
  if (surname === undefined && (given !== undefined || isPassing)) return silence
  return conflict('birth-date')
}

function withoutDate(
  { surname, given, isBirthName, isUsageName, isPassing }: Facts,
  isOther: boolean,
  { sex }: KnownIdentity,
): Comparison {
  if (isPassing) return surname === 'same' && given === 'same' ? agreement : silence
  if (surname === 'same' || surname === 'near') {
    // Twins and families: by the given name alone, it must be no bad reading of the patient's.
    if (given === 'clear') return conflict('given-names')
    return !isOther && (surname === 'same' || given === 'same') ? agreement : silence
  }
  if (surname === undefined) return silence
  const mayBeOfUse = !isBirthName && (isUsageName || sex !== 'M')
  if (given === 'same' || given === 'near')
    return mayBeOfUse || surname !== 'clear' ? silence : conflict('name')
  if (isUsageName && !isOther) return silence
  return conflict('name', isOther && 'given-names')
}

function factsOf(
  findings: readonly PersonFinding[],
  patient: KnownIdentity,
  aliases: readonly string[],
): Facts {
  const of = (...kinds: PersonFinding['kind'][]) => findings.filter(({ kind }) => kinds.includes(kind))
  const names = of('birth-name', 'name', 'usage-name')
  const words = names.map(({ value }) => value.split(' '))
  // « Monsieur Jean- » : the family name stayed unread.
  const isGivenAlone = (one: readonly string[]) =>
    one.length === 1 && ['same', 'near'].includes(likenessOfGiven(one, patient.givenNames) ?? 'clear')
  const surnames = words
    .filter((one) => !isGivenAlone(one) || isOwnName(one, patient, aliases))
    .flatMap((one) => [patient.birthName, ...aliases].map((known) => likenessOfSurname(one, known)))
  const given = of('given-names')
  const givens = given.flatMap(({ value }) => likenessOfGiven(value.split(' '), patient.givenNames) ?? [])
  return {
    nir: nirLikeness(of('nir'), patient),
    surname: best(surnames),
    given: given.length > 0 ? best(givens) : givenAmong(words, patient, aliases),
    date: dateLikeness(of('birth-date'), patient),
    isBirthName: of('birth-name').length > 0,
    isUsageName: names.length > 0 && names.every(({ kind }) => kind === 'usage-name'),
    isPassing: findings[0]!.role === 'passing',
  }
}

const order = ['same', 'near', 'different', 'clear'] as const
const best = (likenesses: readonly Likeness[]): Likeness | undefined =>
  order.find((likeness) => likenesses.includes(likeness))

/**
 * « Nom : MARTIN Paul »: what is left beside the family name may be given names. Beside a name that has the patient's, one
 * that has not is a name of use.
 */
function givenAmong(
  names: readonly (readonly string[])[],
  { birthName, givenNames }: KnownIdentity,
  aliases: readonly string[],
): Likeness | undefined {
  const known = [birthName, ...aliases]
  const own = names.filter((words) => isOwnName(words, { birthName }, aliases))
  const rests =
    own.length > 0
      ? own.map((words) => words.filter((_, at) => !isOfSurname(words, at, known)))
      : names.filter((words) => words.length > 1)
  return best(rests.flatMap((rest) => likenessOfGiven(rest, givenNames) ?? []))
}

const isOwnName = (
  words: readonly string[],
  { birthName }: Pick<KnownIdentity, 'birthName'>,
  aliases: readonly string[],
): boolean => [birthName, ...aliases].some((name) => !isAnother(likenessOfSurname(words, name)))

/** A word of the family name, or « de » or « ben » before it. */
const isOfSurname = (words: readonly string[], at: number, known: readonly string[]): boolean =>
  isPartOf(words[at]!, known) ||
  (isParticle(words[at]!) && at + 1 < words.length && isOfSurname(words, at + 1, known))

const isPartOf = (word: string, names: readonly string[]): boolean =>
  names.some((name) =>
    [name, ...name.split(/[\s'’-]/)].some((part) => !isAnother(likenessOfSurname([word], part))),
  )

/** A number that differs from the patient's by two figures may be theirs, misread twice, its key right by chance. */
function nirLikeness(nirs: readonly PersonFinding[], { matricule }: KnownIdentity): Likeness | undefined {
  if (!matricule || nirs.length === 0) return undefined
  return best(
    nirs.map(({ value }) =>
      value === matricule ? 'same' : differing(value, matricule) <= 2 ? 'near' : 'different',
    ),
  )
}

function dateLikeness(dates: readonly PersonFinding[], { birthDate }: KnownIdentity): Facts['date'] {
  const likenesses = dates.map(({ value }) => likenessOfDate(value, birthDate))
  return (['same', 'near', 'different'] as const).find((one) => likenesses.includes(one))
}

/**
 * One figure is a slip, so are two of which one was taken for its like; so is a day that changed places with its month. The
 * century may not have been written.
 */
function likenessOfDate(read: string, known: string): 'same' | 'near' | 'different' {
  if (read.slice(2) === known.slice(2)) return read === known ? 'same' : 'near'
  const [year, month, day] = known.split('-')
  if (read === `${year}-${day}-${month}`) return 'near'
  const bare = (date: string) => date.replace(/-0/g, '-')
  return Math.min(distance(read, known), distance(bare(read), bare(known))) <= 1.5 ? 'near' : 'different'
}

const differing = (a: string, b: string): number =>
  a.split('').filter((character, index) => character !== b[index]).length + Math.abs(a.length - b.length)

/**
 * Numbers of files. Every laboratory has its own: only one of the patient's own form (the same letters before as many
 * figures) can be another patient's.
 */
function fileNumbers(
  people: readonly PersonFinding[],
  { fileNumber }: KnownIdentity,
): ('same' | 'near' | 'different')[] {
  if (!fileNumber) return []
  const known = fold(fileNumber)
  const form = /^(?=.*\d{3})([A-Z]+[-./ ]?)(\d+)$/.exec(known)
  return people
    .filter(({ kind }) => kind === 'file-number')
    .flatMap(({ value }): ('same' | 'near' | 'different')[] => {
      const read = fold(value)
      if (read === known) return ['same']
      if (distance(read, known) <= 1) return ['near']
      const other = form && /^([A-Z]+[-./ ]?)(\d+)$/.exec(read)
      return other && other[1] === form[1] && other[2]!.length === form[2]!.length ? ['different'] : []
    })
}
