import { z } from 'zod'
import { Failure } from './failure.ts'
import { isNir } from './identifiers.ts'

// The INS DataMatrix, version 2.2 (Agence du numérique en santé): a header of 26 characters, then fields, each behind
// its own two-character name. ASCII 29 closes a variable field that is below its maximum, unless it is the last.
const HEADER = `IS01${'0'.repeat(22)}`
const GROUP_SEPARATOR = '\u001d'

const fields = {
  S1: { length: 15 },
  S2: { length: 20, variable: true },
  S3: { length: 100, variable: true },
  S4: { length: 100, variable: true },
  S5: { length: 1 },
  S6: { length: 10 },
  S7: { length: 5 },
} as const satisfies Record<string, { length: number; variable?: true }>
type FieldName = keyof typeof fields
const isFieldName = (name: string): name is FieldName => Object.hasOwn(fields, name)

/** Under which authority a matricule was given: NIR and NIA are real, the others are for trials. */
const kinds = {
  '1.2.250.1.213.1.4.8': 'nir',
  '1.2.250.1.213.1.4.9': 'nia',
  '1.2.250.1.213.1.4.10': 'test',
  '1.2.250.1.213.1.4.11': 'demonstration',
} as const
export type InsKind = (typeof kinds)[keyof typeof kinds]
export type InsOid = keyof typeof kinds

const Names = z.string().regex(/^\p{L}[\p{L}' -]*$/u)

const Traits = z.object({
  /** 13 characters and their key of two. */
  matricule: z.string().refine(isNir),
  /** All of them, separated by spaces, as at the registry office. */
  givenNames: Names,
  birthName: Names,
  sex: z.enum(['F', 'M']),
  /** RFC 3339 full-date. */
  birthDate: z.iso.date(),
  /** INSEE code (COG) of the commune or country of birth. */
  birthplace: z.string().regex(/^[0-9][0-9AB][0-9]{3}$/),
})

/** A national health identity (INS) as printed on a qualified document. */
export type Ins = z.infer<typeof Traits> & { readonly oid: InsOid; readonly kind: InsKind }

/** Is this barcode meant as an INS, valid or not? */
export const isInsText = (text: string): boolean => text.startsWith('IS01')

/**
 * Reads the text of an INS DataMatrix. Gives a Failure instead: `ins-test-identity` for a test or demonstration OID in
 * production, else `ins-invalid` with the `reason` (header, shape, oid, or the name of the trait). Neither quotes it.
 */
export function parseIns(text: string, { production }: { production: boolean }): Ins | Failure {
  if (!text.startsWith(HEADER)) return invalid('header')
  const read = readFields(text.slice(HEADER.length))
  if (read === undefined) return invalid('shape')
  const oid = read.S2
  if (!isOid(oid)) return invalid('oid')
  const kind = kinds[oid]
  if (production && (kind === 'test' || kind === 'demonstration')) return new Failure('ins-test-identity')
  const traits = Traits.safeParse({
    matricule: read.S1,
    givenNames: read.S3,
    birthName: read.S4,
    sex: read.S5,
    birthDate: read.S6.split('-').toReversed().join('-'),
    birthplace: read.S7,
  })
  return traits.success ? { ...traits.data, oid, kind } : invalid(String(traits.error.issues[0]?.path[0]))
}

/** The text of the DataMatrix of this identity, for labels and trials. @throws Failure ins-invalid */
export function encodeIns(ins: Omit<Ins, 'kind'>): string {
  const birthDate = ins.birthDate.split('-').toReversed().join('-')
  const values = [ins.matricule, ins.oid, ins.givenNames, ins.birthName, ins.sex, birthDate, ins.birthplace]
  const names = Object.keys(fields) as FieldName[]
  const text = names
    .map((name, index) => {
      const field: { length: number; variable?: true } = fields[name]
      const value = values[index]!
      return name + value + (field.variable && value.length < field.length ? GROUP_SEPARATOR : '')
    })
    .join('')
  const read = parseIns(HEADER + text, { production: false })
  if (read instanceof Failure) throw read
  return HEADER + text
}

const invalid = (reason: string): Failure => new Failure('ins-invalid', { reason })
const isOid = (oid: string): oid is InsOid => Object.hasOwn(kinds, oid)

/** Each field exactly once, in any order; undefined when one is missing, cut, repeated or unknown. */
function readFields(text: string): Record<FieldName, string> | undefined {
  const read = new Map<FieldName, string>()
  for (let rest = text; rest.length > 0; ) {
    const name = rest.slice(0, 2)
    if (!isFieldName(name) || read.has(name)) return undefined
    const { value, length } = readField(fields[name], rest.slice(2))
    read.set(name, value)
    rest = rest.slice(2 + length)
  }
  const complete = Object.entries(fields).every(([name, field]) => {
    const value = read.get(name as FieldName)
    return value !== undefined && ('variable' in field ? value.length > 0 : value.length === field.length)
  })
  return complete ? (Object.fromEntries(read) as Record<FieldName, string>) : undefined
}

function readField(
  field: { length: number; variable?: true },
  text: string,
): { value: string; length: number } {
  const most = text.slice(0, field.length + (field.variable ? 1 : 0))
  const end = field.variable ? most.indexOf(GROUP_SEPARATOR) : -1
  if (end >= 0) return { value: most.slice(0, end), length: end + 1 }
  const value = most.slice(0, field.length)
  return { value, length: value.length }
}
