import { openEpochRegister } from '../../../src/adapters/postgres/epoch-register.ts'
import { openLedger } from '../../../src/adapters/postgres/ledger.ts'
import { openTimestamps } from '../../../src/adapters/postgres/timestamps.ts'
import { DepositFigures } from '../../../src/domain/deposit-attestation.ts'
import { renewalDue } from '../../../src/domain/timestamps/renewal.ts'
import { archived, type Case, live } from './cases.ts'
import { benchNow } from './seed-plan.ts'
import type { Subject } from './subjects.ts'
import type { Works } from './works.ts'

const witnesses = [
  { witness: 'one.example.org', keyId: '00000001' },
  { witness: 'two.example.org', keyId: '00000002' },
]
const latestSize = async ({ ledger }: Works) => (await ledger.head())!.size

/** The first of what an endless reading gives. */
async function first<T>(all: AsyncIterable<T>): Promise<T | undefined> {
  for await (const one of all) return one
}

const taskOf = (s: Subject) => ({ organisationId: s.organisationId, batchId: s.batchId, storage: 'archive' })

const inLedger = (name: string, ask: (works: Works, s: Subject, n: number) => Promise<unknown>): Case => ({
  name,
  ask: archived(ask),
})

/** Entries spread over the whole ledger. */
const somewhere = (size: number, n: number): number => (n * 7_919_993) % size

const ledgerCases: readonly Case[] = [
  { name: 'ledger, latest head', ask: ({ ledger }) => ledger.head() },
  { name: 'ledger, head of a size', ask: async (works) => works.ledger.headAt(await latestSize(works)) },
  {
    name: 'ledger, heads to publish',
    ask: async (works) => {
      const size = await latestSize(works)
      return works.ledger.headsBetween(size - 500, size)
    },
  },
  { name: 'ledger, published head', ask: ({ ledger }) => ledger.publishedHead() },
  { name: 'ledger, head that two witnesses saw', ask: ({ ledger }) => ledger.publishedHead(witnesses) },
  {
    name: 'ledger, head that nobody has seen',
    ask: ({ ledger }) => ledger.publishedHead([{ witness: 'three.example.org', keyId: '00000003' }]),
  },
  {
    name: 'ledger, cosignatures of a head',
    ask: async (works) => works.ledger.cosignatures(await latestSize(works)),
  },
  { name: 'ledger, latest cosignatures', ask: ({ ledger }) => ledger.latestCosignatures() },
  {
    name: 'ledger, bundle of 256 entries',
    ask: async (works, n) =>
      works.ledger.entriesFrom(Math.floor(somewhere((await latestSize(works)) - 256, n) / 256) * 256, 256),
  },
  {
    name: 'ledger, tiles of a proof',
    ask: async (works, n) => {
      const seq = somewhere((await latestSize(works)) - 256, n)
      return works.ledger.hashesFrom([
        { level: 0, index: Math.floor(seq / 256), width: 256 },
        { level: 1, index: 0, width: 32 },
      ])
    },
  },
  {
    name: 'ledger, subtrees, first page of 10,000',
    ask: ({ ledger }) => first(ledger.subtrees()),
    growsWith: 'subtrees, up to a page',
  },
  {
    name: 'ledger, cosign and mark as archived',
    ask: async (works) => {
      const size = await latestSize(works)
      return works.onSystem(async (tx) => {
        const ledger = openLedger(tx, works.clock)
        await ledger.cosign({ size, witness: 'x.example.org', keyId: '0000000a', line: '—', at: benchNow })
        await ledger.markArchived(size)
      })
    },
  },
  inLedger('proof of a document, its entries', ({ evidence }, s) =>
    evidence.entriesAbout(s.organisationId, { kind: 'document', id: s.documentId }),
  ),
  inLedger('proof of a batch, its entries', ({ evidence }, s) =>
    evidence.entriesAbout(s.organisationId, { kind: 'batch', id: s.batchId }),
  ),
  inLedger('proof of a patient, its entries', ({ evidence }, s) =>
    evidence.entriesAbout(s.organisationId, { kind: 'patient', id: s.patientId }),
  ),
  inLedger('proof, tokens of a document', ({ evidence }, s) =>
    evidence.tokensOf('sealed-document', [`${s.documentId}/access/1`, `${s.documentId}/master/1`]),
  ),
  {
    name: 'proof, tokens of a head',
    ask: async (works) => works.evidence.tokensOf('checkpoint', [String(await latestSize(works))]),
  },
]

const due = renewalDue(benchNow, 90)
const fresh = async ({ sized }: Works) => {
  const { rows } = await sized.owner.query<{ subject: string; organisationId: Subject['organisationId'] }>(
    `select subject, organisation_id as "organisationId" from timestamps_waiting where kind = 'sealed-document' order by subject limit 1`,
  )
  return rows[0]!
}
const times: readonly Case[] = [
  { name: 'timestamps, what waits', ask: ({ timestamps }) => timestamps.waiting(200) },
  { name: 'timestamps, due for renewal', ask: ({ timestamps }) => timestamps.due(due, 200) },
  {
    name: 'timestamps, due (none)',
    ask: ({ timestamps }) => timestamps.due(renewalDue(new Date('2025-01-01'), 90), 200),
  },
  {
    name: 'timestamps, due, an algorithm ended',
    ask: ({ timestamps }) => timestamps.due({ ...due, ended: ['rsa-2048'] }, 200),
  },
  {
    name: 'timestamps, due, all but a few renewed',
    ask: ({ timestamps }) =>
      timestamps.due({ ...due, before: new Date('2040-01-01'), madeBefore: new Date('2023-11-24') }, 200),
  },
  { name: 'timestamps, not archived', ask: ({ timestamps }) => first(timestamps.unarchived()) },
  {
    name: 'timestamps, keep and mark as archived',
    ask: async (works) => {
      const { subject, organisationId } = await fresh(works)
      const timed = { kind: 'sealed-document' as const, subject, organisationId }
      return works.onSystem(async (tx) => {
        const timestamps = openTimestamps(tx, works.clock)
        await timestamps.keep(
          { ...timed, storage: 'archive', sha256: Buffer.alloc(32), sha512: Buffer.alloc(64) },
          Buffer.alloc(32),
          {
            ...{ generation: 1, token: Buffer.alloc(200), authority: 'Authority 2', at: benchNow },
            ...{ certificateUntil: new Date('2031-12-31'), algorithms: ['sha256', 'rsa-2048'] },
          },
        )
        await timestamps.markArchived(
          { ...timed, storage: 'archive', sha256: Buffer.alloc(32), sha512: Buffer.alloc(64) },
          1,
        )
      })
    },
  },
  {
    name: 'timestamps, verification, first 500',
    ask: ({ timestamps }) => first(timestamps.evidence()),
  },
  { name: 'timestamps, status', ask: ({ timestamps }) => timestamps.tally(), growsWith: 'tokens' },
]

const none = { documents: 0, pages: 0 }
const figuresOfNothing = {
  ...{ announced: { ...none, folders: 0 }, isAnsweredFor: false, attributedByHand: 0 },
  files: { received: 0, bytes: 0, digests: 0, split: 0, rejected: 0, duplicate: 0 },
  pages: { counted: 0, inDocuments: 0, coverSheets: 0 },
  ...{ verified: none, refused: none, rejected: none },
  objects: { access: 0, master: 0, words: 0, bytes: 0 },
  reasons: { files: {}, documents: {} },
}
const attesting: readonly Case[] = [
  ...(['deposit', 'writing', 'timestamp'] as const).map(
    (what): Case => ({
      name: `attestations, ${what}`,
      ask: ({ attestations }) => attestations.waiting(what, 50),
    }),
  ),
  {
    name: 'attestations, locks that end, 50',
    ask: ({ attestations }) => attestations.lockEndingBefore(new Date('2027-02-20'), 50),
  },
  inLedger('attestation, particulars', ({ attestations }, s) => attestations.particulars(taskOf(s))),
  inLedger('attestations.find, lock and change', (works, s) =>
    works.within(s.organisationId, async ({ attestations }) => {
      await attestations.find(s.batchId)
      const one = (await attestations.lock(s.batchId))!
      await attestations.change(s.batchId, { version: one.version })
    }),
  ),
  {
    name: 'attestations.order',
    ask: live((works, s) =>
      works.within(s.organisationId, ({ attestations }) =>
        attestations.order(s.batchId, DepositFigures.parse(figuresOfNothing)),
      ),
    ),
  },
]

const keys: readonly Case[] = [
  { name: 'keys status, what is wrapped', ask: ({ epochs }) => epochs.census(), growsWith: 'patients' },
  { name: 'keys, controllers', ask: ({ epochs }) => epochs.controllers() },
  {
    name: 'keys, an epoch retired',
    ask: (works) =>
      works.onSystem(async (tx) => {
        const register = openEpochRegister(tx, works.clock)
        await register.retire(7)
      }),
  },
  {
    name: 'keys, the latest epoch, refused',
    ask: (works) =>
      works.onSystem((tx) =>
        openEpochRegister(tx, works.clock)
          .retire(2)
          .catch(() => undefined),
      ),
    growsWith: 'keys of the epoch',
  },
  ...(['patient', 'batch'] as const).flatMap((kind): Case[] => [
    {
      name: `keys not under the latest, ${kind}`,
      ask: archived((works, s) =>
        works.within(s.organisationId, (records) => records.keys.notUnder(kind, 2, 200)),
      ),
    },
    {
      name: `keys not under a new one, 200, ${kind}`,
      ask: archived((works, s) =>
        works.within(s.organisationId, (records) => records.keys.notUnder(kind, 3, 200)),
      ),
      ...(kind === 'batch' ? { growsWith: 'batches that are open, up to a page' } : {}),
    },
  ]),
  {
    name: 'keys, the last page',
    ask: archived((works, s) =>
      works.within(s.organisationId, (records) =>
        records.keys.notUnder('patient', 3, 200, 'ffffffff-ffff-7fff-bfff-ffffffffffff'),
      ),
    ),
  },
  {
    name: 'keys, 20 rewrapped',
    ask: archived((works, s) =>
      works.within(s.organisationId, async (records) => {
        const some = await records.keys.notUnder('patient', 2, 20)
        const anew = some.map((one) => ({ ...one, anew: { wrapped: Buffer.alloc(60, 1), epoch: 2 } }))
        return records.keys.rewrap('patient', anew)
      }),
    ),
  },
]
/** What the clock, the auditors and the keepers of keys ask of evidence. */
export const evidenceCases: readonly Case[] = [...ledgerCases, ...times, ...attesting, ...keys]
