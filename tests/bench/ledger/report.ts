export type Spread = { readonly median: number; readonly p95: number }

export type Figures = {
  readonly entries: number
  /** How many of the entries were appended one by one, and how many the others in one transaction. */
  readonly appends: {
    readonly single: number
    readonly inOneTransaction: number
    readonly perSecond: { readonly single: number; readonly batched: number; readonly bareCommits: number }
    readonly singleToBareCommits: number
  }
  /** Reading, proving and checking, in milliseconds. */
  readonly inclusionMs: Spread
  readonly consistencyMs: Spread
  readonly derivation: {
    /**
     * Processor time. SHA-256 of each entry, in the fastest way that Node has, and in the usual one (createHash, update,
     * digest); of all in one stream.
     */
    readonly plainSeconds: number
    readonly usualSeconds: number
    readonly streamSeconds: number
    /** Leaf hashes and nodes. */
    readonly treeSeconds: number
    /** That, and the shape and place of each entry, every signed head, every full tile. */
    readonly wholeSeconds: number
    readonly treeToPlain: number
    readonly wholeToPlain: number
    readonly treeToUsual: number
    readonly wholeToUsual: number
    /** Not processor time: the whole of `ledger verify` without archives, reading and comparing with the events too. */
    readonly commandSeconds: number
  }
  /** In tables with their indexes; as entry bundle and tiles. */
  readonly bytesPerEntry: {
    readonly entry: number
    readonly eventTable: number
    readonly ledgerTables: number
    readonly published: number
  }
}

const line = (name: string, value: string): string => `${name.padEnd(52)}${value.padStart(14)}`
const whole = (value: number): string => Math.round(value).toLocaleString('en')
const short = (value: number): string => value.toFixed(2)
const ratios = (one: number, other: number): string => `${short(one)} × ${short(other)} ×`

export const sayFigures = (figures: Figures): string => {
  const { appends, inclusionMs, consistencyMs, derivation, bytesPerEntry } = figures
  const { perSecond } = appends
  return [
    line('entries', whole(figures.entries)),
    line('bare commits, /s', whole(perSecond.bareCommits)),
    line(`appended and signed, one a transaction (${appends.single}), /s`, whole(perSecond.single)),
    line('to bare commits', `${short(appends.singleToBareCommits)} ×`),
    line(`appended and signed, ${appends.inOneTransaction} a transaction, /s`, whole(perSecond.batched)),
    line('inclusion proof and check, median, ms', short(inclusionMs.median)),
    line('inclusion proof and check, p95, ms', short(inclusionMs.p95)),
    line('consistency proof and check, median, ms', short(consistencyMs.median)),
    line('consistency proof and check, p95, ms', short(consistencyMs.p95)),
    line('plain SHA-256, each entry, the fastest way, s', short(derivation.plainSeconds)),
    line('plain SHA-256, each entry, the usual way, s', short(derivation.usualSeconds)),
    line('plain SHA-256, one stream, s', short(derivation.streamSeconds)),
    line('tree derived again, s', short(derivation.treeSeconds)),
    line('tree to plain SHA-256, fastest, usual', ratios(derivation.treeToPlain, derivation.treeToUsual)),
    line('whole verification, s', short(derivation.wholeSeconds)),
    line('whole to plain SHA-256, fastest, usual', ratios(derivation.wholeToPlain, derivation.wholeToUsual)),
    line('ledger verify, reading and events too, s', short(derivation.commandSeconds)),
    line('entry, bytes', whole(bytesPerEntry.entry)),
    line('in the tables of the ledger, bytes', whole(bytesPerEntry.ledgerTables)),
    line('in the table of events, bytes', whole(bytesPerEntry.eventTable)),
    line('published, bytes', whole(bytesPerEntry.published)),
  ].join('\n')
}
