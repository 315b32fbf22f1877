import { type ConflictKind, comparePage, type KnownIdentity } from './compare.ts'
import type { PageFindings } from './findings.ts'
import { likenessOfSurname } from './names.ts'

/** How the pages of a document stand to its patient. */
export type DocumentComparison = {
  readonly agreeing: number
  readonly silent: number
  /** Pages that name somebody else, by their index among those that were compared, and what kinds of facts say so. */
  readonly conflicts: readonly { readonly page: number; readonly kinds: readonly ConflictKind[] }[]
}

/** Every page by itself, with the names of use that any of them gives the patient. */
export function compareDocument(
  pages: readonly Pick<PageFindings, 'people'>[],
  patient: KnownIdentity,
): DocumentComparison {
  const aliases = pages.flatMap((page) => aliasesIn(page, patient))
  const comparisons = pages.map((page) => comparePage(page, patient, aliases))
  const count = (verdict: string) => comparisons.filter((one) => one.verdict === verdict).length
  return {
    agreeing: count('agreement'),
    silent: count('silence'),
    conflicts: comparisons.flatMap((one, page) =>
      one.verdict === 'conflict' ? [{ page, kinds: one.kinds }] : [],
    ),
  }
}

/**
 * A person whose NIR is the patient's, or whose birth name, written as such, and birth date are, bears the other names that
 * are given beside. An alias is known within its document only: it is no fact of the register.
 */
function aliasesIn({ people }: Pick<PageFindings, 'people'>, patient: KnownIdentity): string[] {
  return [...Map.groupBy(people, ({ person }) => person).values()].flatMap((facts) => {
    const of = (kind: string) => facts.filter((fact) => fact.kind === kind).map(({ value }) => value)
    const isSubject = facts[0]!.role === 'subject'
    const hasNir = patient.matricule !== undefined && of('nir').includes(patient.matricule)
    const hasBirthName = of('birth-name').some(
      (name) => likenessOfSurname(name.split(' '), patient.birthName) === 'same',
    )
    if (!isSubject || !(hasNir || (hasBirthName && of('birth-date').includes(patient.birthDate)))) return []
    return [...of('usage-name'), ...of('name')].map(surnamePart)
  })
}

/** « DURAND Anne »: the words in capitals, if some are and some are not. */
function surnamePart(name: string): string {
  const words = name.split(' ')
  const capitals = words.filter((word) => word.length > 1 && word === word.toUpperCase())
  return (capitals.length > 0 ? capitals : words).join(' ')
}
