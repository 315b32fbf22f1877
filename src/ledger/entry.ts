import canonicalize from 'canonicalize'

/** What the tree needs to know of an entry; what else it says is the domain's (`LedgerEntry`). */
export type Entry = { readonly v: 1; readonly seq: number }

/** The bytes of an entry that are hashed, stored and published: RFC 8785 canonical JSON in UTF-8. */
export const canonicalEntry = <Whole extends Entry>(entry: Whole): Buffer => canonicalJson(entry)

/** @throws when the value has no JSON: undefined, NaN, a lone surrogate */
function canonicalJson(value: unknown): Buffer {
  const text = canonicalize(value)
  if (text === undefined) throw new TypeError('this value has no JSON')
  return Buffer.from(text)
}

/** What stored bytes say, when they are one entry in canonical JSON; undefined otherwise. */
export function readCanonicalEntry(
  bytes: Buffer,
): { readonly seq: unknown; readonly v: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(bytes.toString())
    // Bytes that are not UTF-8, double names and other spellings of numbers do not survive the way back.
    if (typeof value !== 'object' || value === null || !canonicalJson(value).equals(bytes)) return undefined
    return { seq: undefined, v: undefined, ...value }
  } catch {
    return undefined
  }
}
