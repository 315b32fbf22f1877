import type { LedgerEntry } from '../domain/custody.ts'

/** An entry's place and when it happened, by the clock of whoever did it. */
export type Moment = Pick<LedgerEntry, 'seq' | 'at'>

/** One content of a document, from its sealing on. */
export type SealedContent = {
  readonly documentId: string
  /** `access`, `master` … */
  readonly part: string
  readonly version: number
  readonly bytes: number | undefined
  /** Of what was sealed: SHA-256 and SHA-512 in hexadecimal. */
  readonly sha256: string
  readonly sha512: string | undefined
  /** SHA-256 of the sealed object as it is stored. */
  readonly sealedSha256: string
  readonly sealed: Moment
  readonly deposited: Moment | undefined
  /** Read back from the host and compared. */
  readonly verified: Moment | undefined
}

/** What the entries tell once they are put together. */
export type Story = {
  readonly entries: readonly LedgerEntry[]
  readonly contents: readonly SealedContent[]
}

/** Entries in the order of the ledger; a content counts as deposited or verified when the entry names the very same digest. */
export function storyOf(entries: readonly LedgerEntry[]): Story {
  const inOrder = entries.toSorted((one, other) => one.seq - other.seq)
  return {
    entries: inOrder,
    contents: inOrder
      .filter(({ type }) => type === 'document-sealed')
      .map((entry) => contentOf(entry, inOrder)),
  }
}

function contentOf(sealing: LedgerEntry, entries: readonly LedgerEntry[]): SealedContent {
  const { digests = {}, details = {}, subject } = sealing
  const later = (type: LedgerEntry['type']) => {
    const found = entries.find(
      (entry) =>
        entry.type === type &&
        entry.seq > sealing.seq &&
        entry.subject.documentId === subject.documentId &&
        entry.digests?.sealed === digests.sealed,
    )
    return found && momentOf(found)
  }
  return {
    documentId: subject.documentId ?? '',
    part: String(details.part),
    version: Number(details.version),
    bytes: typeof details.bytes === 'number' ? details.bytes : undefined,
    sha256: digests.content ?? '',
    sha512: digests.content512,
    sealedSha256: digests.sealed ?? '',
    sealed: momentOf(sealing),
    deposited: later('document-deposited'),
    verified: later('deposit-verified'),
  }
}

const momentOf = ({ seq, at }: LedgerEntry): Moment => ({ seq, at })

/** Where a file whose digest is known stands in the ledger: what it was when it was staged, sealed or stored. */
export type Match = Moment & { readonly type: LedgerEntry['type']; readonly digest: string }

/** Entries that name one of a file's digests (hexadecimal SHA-256 or SHA-512). */
export const matchesOf = (digests: readonly string[], entries: readonly LedgerEntry[]): Match[] =>
  entries.flatMap((entry) =>
    Object.entries(entry.digests ?? {})
      .filter(([, value]) => digests.includes(value))
      .map(([digest]) => ({ ...momentOf(entry), type: entry.type, digest })),
  )
