type Spread = { readonly median: number; readonly p95: number }

export type Figures = {
  readonly entries: number
  readonly appendsPerSecond: { readonly single: number; readonly batched: number }
  /** Reading, proving and checking, in milliseconds. */
  readonly inclusionMs: Spread
  readonly consistencyMs: Spread
  readonly derivation: {
    /** Out of the database, with the events. */
    readonly readSeconds: number
    /** SHA-256 of each entry; of all in one stream. */
    readonly plainSeconds: number
    readonly streamSeconds: number
    /** Leaf hashes, nodes and the root. */
    readonly rootSeconds: number
    /** All that `ledger verify` derives: shape of each entry, its place, every signed head, every full tile. */
    readonly wholeSeconds: number
    readonly ratioOfRoot: number
    readonly ratioOfWhole: number
  }
  /** In tables with their indexes; as entry bundle and tiles. */
  readonly bytesPerEntry: {
    readonly entry: number
    readonly ledgerTables: number
    readonly published: number
  }
}

const line = (name: string, value: string): string => `${name.padEnd(44)}${value.padStart(14)}`
const whole = (value: number): string => Math.round(value).toLocaleString('en')
const short = (value: number): string => value.toFixed(2)

export const sayFigures = (figures: Figures): string => {
  const { appendsPerSecond, inclusionMs, consistencyMs, derivation, bytesPerEntry } = figures
  return [
    line('entries', whole(figures.entries)),
    line('appended and signed, one a transaction, /s', whole(appendsPerSecond.single)),
    line('appended and signed, 500 a transaction, /s', whole(appendsPerSecond.batched)),
    line('inclusion proof and check, median, ms', short(inclusionMs.median)),
    line('inclusion proof and check, p95, ms', short(inclusionMs.p95)),
    line('consistency proof and check, median, ms', short(consistencyMs.median)),
    line('consistency proof and check, p95, ms', short(consistencyMs.p95)),
    line('plain SHA-256, each entry, s', short(derivation.plainSeconds)),
    line('plain SHA-256, one stream, s', short(derivation.streamSeconds)),
    line('tree derived again, s', short(derivation.rootSeconds)),
    line('tree to plain SHA-256', `${short(derivation.ratioOfRoot)} ×`),
    line('whole verification, s', short(derivation.wholeSeconds)),
    line('whole verification to plain SHA-256', `${short(derivation.ratioOfWhole)} ×`),
    line('entry, bytes', whole(bytesPerEntry.entry)),
    line('in the tables of the ledger, bytes', whole(bytesPerEntry.ledgerTables)),
    line('published, bytes', whole(bytesPerEntry.published)),
  ].join('\n')
}
