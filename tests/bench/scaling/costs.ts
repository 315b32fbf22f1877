/**
 * What the stages cost, in seconds of one core, as measured by `npm run bench:pipeline` and `npm run bench:database`
 * (docs/scaling.md says on what machine). All else in the simulation is arithmetic on these.
 */
export const costs = {
  /** Per page. */
  split: 0.13,
  examine: 0.39,
  recognise: 2,
  /** Per page of a document: its part of assembling, sealing, deposit and reading back. */
  finishPage: 0.22,
  /** Per document. */
  finishDocument: 0.15,
  /** Per batch, and per page of it: registering, composing, closing. */
  batch: 0.2,
  batchPage: 0.001,
  /** How stages of one kind differ: deviation of the logarithm. */
  spread: 0.35,
  /** One look of the dispatcher into the outbox, and each order that it hands to the queue. */
  claim: 0.005,
  enqueue: 0.0002,
  /** What one order costs PostgreSQL, from being placed to being settled. */
  database: 0.004,
} as const
export type Costs = { readonly [Name in keyof typeof costs]: number }

export const pagesPerFile = 100
export const pagesPerDocument = 12
/** Orders of one document after its pages are read: identity, assembly, sealing, deposit, reading back, consent. */
export const ordersPerDocument = 6
