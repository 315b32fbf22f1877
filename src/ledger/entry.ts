import canonicalize from 'canonicalize'

/** What the tree needs to know of an entry; what else it says is the domain's (`LedgerEntry`). */
export type Entry = { readonly v: 1; readonly seq: number }

/** The bytes of an entry that are hashed, stored and published: RFC 8785 canonical JSON in UTF-8. */
export const canonicalEntry = <Whole extends Entry>(entry: Whole): Buffer => canonicalJson(entry)

/** @throws when the value has no JSON: undefined, NaN, a lone surrogate */
function canonicalJson(value: unknown): Buffer {
  const text = canonicalText(value)
  if (text === undefined) throw new TypeError('this value has no JSON')
  return Buffer.from(text)
}

/** The engine's own JSON is several times as fast, and the same, but for the order of names. */
function canonicalText(value: unknown): string | undefined {
  if (isOrdered(value)) return JSON.stringify(value)
  const copy = sorted(value)
  return isOrdered(copy) ? JSON.stringify(copy) : canonicalize(value)
}

/** Is the engine's JSON of this value the canonical one? */
function isOrdered(value: unknown): boolean {
  if (typeof value === 'string') return value.isWellFormed()
  if (typeof value === 'number') return Number.isFinite(value)
  if (typeof value !== 'object' || value === null) return true
  if (Array.isArray(value)) return value.every(isOrdered)
  let before: string | undefined
  for (const name in value) {
    if (before !== undefined && name <= before) return false
    if (!name.isWellFormed() || !isOrdered(value[name as keyof typeof value])) return false
    before = name
  }
  return true
}

/** A copy whose names are in order, as far as an object can have them so: numbers among them always come first. */
function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(sorted)
  const names = Object.keys(value).sort()
  // Defined, not assigned: `__proto__` is a name like others.
  return Object.fromEntries(names.map((name) => [name, sorted(value[name as keyof typeof value])]))
}

/** What stored bytes say, when they are one entry in canonical JSON; undefined otherwise. */
export function readCanonicalEntry(
  bytes: Buffer,
): { readonly seq: unknown; readonly v: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(bytes.toString())
    // Bytes that are not UTF-8, double names and other spellings of numbers do not survive the way back.
    if (typeof value !== 'object' || value === null || !canonicalJson(value).equals(bytes)) return undefined
    const { seq, v }: { seq?: unknown; v?: unknown } = value
    return { seq, v }
  } catch {
    return undefined
  }
}
