import type { KnownIdentity } from './understanding/compare.ts'
import { likenessOfGiven, likenessOfSurname } from './understanding/names.ts'

/**
 * Do two identities under one file number tell of two people? Where two or more of birth name, given names, birth date and
 * sex are others; one alone is a correction. One matricule is one person, whatever else is written.
 */
export function isSomebodyElse(known: KnownIdentity, told: KnownIdentity): boolean {
  if (known.matricule && told.matricule && isSameMatricule(known.matricule, told.matricule)) return false
  const others = [
    isOther(likenessOfSurname([told.birthName], known.birthName)),
    isOther(likenessOfGiven([told.givenNames], known.givenNames)),
    told.birthDate !== known.birthDate,
    known.sex !== undefined && told.sex !== undefined && told.sex !== known.sex,
  ]
  return others.filter(Boolean).length > 1
}

const isOther = (likeness: string | undefined): boolean => likeness === 'different' || likeness === 'clear'

/** The key follows from the thirteen characters before it and is often left out. */
export const isSameMatricule = (one: string, other: string): boolean => thirteenOf(one) === thirteenOf(other)

const thirteenOf = (matricule: string): string => matricule.replace(/\s/g, '').toUpperCase().slice(0, 13)
