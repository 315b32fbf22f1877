import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { drawn } from '../../tampering/places.ts'
import { type KeptEvidence, openKeptEvidence } from './kept-evidence.ts'

/*
 * For every kind of byte that the house keeps as evidence, some are flipped, and whoever verifies must say which and where.
 * Bytes of a proof file, its attestations and tokens with it: tests/unit/proof/tampering.test.ts; of an attestation's PDF by
 * itself: tests/integration/pdf/certificate-tampering.test.ts.
 */

let kept: KeptEvidence
beforeAll(async () => {
  kept = await openKeptEvidence()
})
afterAll(() => kept?.close())

type Undo = () => Promise<unknown>
type Tampering = {
  /** Changes a byte. */
  readonly flip: (at: number) => Promise<Undo>
  /** Of how many. */
  readonly length: number
  /** That are flipped besides those that are drawn. */
  readonly places?: readonly number[]
  readonly findings: () => Promise<readonly object[]>
  /** What must be among the findings: one of these. */
  readonly expected: (at: number) => object | readonly object[]
}

test('what was not changed has no findings', async () => {
  expect(await kept.ledgerFindings()).toEqual([])
  expect(await kept.timeFindings()).toEqual([])
  expect(await kept.readingRefusal()).toEqual([])
  expect(await kept.attestationRefusal()).toEqual([])
})

const inArchive = async (
  key: string,
  expected: Tampering['expected'],
  findings: Tampering['findings'] = kept.ledgerFindings,
): Promise<Tampering> => ({
  ...{ flip: kept.flipIn.object(key), length: (await kept.bytesOf(key)).length, findings, expected },
})
const inDatabase = (
  [table, column, kind]: readonly [table: string, column: string, kind?: 'text'],
  where: ReturnType<typeof sql>,
  length: number,
  expected: object,
  findings: Tampering['findings'] = kept.ledgerFindings,
): Tampering => ({
  ...{ flip: kept.flipIn.row(table, column, where, kind === 'text'), length, findings },
  expected: () => expected,
})
const north = { archive: 'north' }
const ofTile = expect.stringMatching(/^tile-(differs|malformed)$/)

/** Place of the entry that byte `at` of a bundle is of; undefined for a byte of a length. */
function entryAt(bundle: Buffer, at: number): number | undefined {
  for (let [from, seq] = [0, 0]; from < bundle.length; seq++) {
    const end = from + 2 + bundle.readUInt16BE(from)
    if (at < end) return at < from + 2 ? undefined : seq
    from = end
  }
  return undefined
}

const kinds: Readonly<Record<string, () => Promise<Tampering> | Tampering>> = {
  'an entry in the database': async () => {
    const [entry] = await kept.house.ledger.entriesFrom(137, 1)
    const found = { kind: 'leaf-hash-differs', seq: 137 }
    return inDatabase(['ledger_entries', 'entry'], sql`seq = 137`, entry!.length, found)
  },
  'a leaf hash in the database': () =>
    inDatabase(['ledger_entries', 'leaf_hash'], sql`seq = 299`, 32, { kind: 'leaf-hash-differs', seq: 299 }),
  'the root of a full tile in the database': () =>
    inDatabase(['ledger_subtrees', 'hash'], sql`level = 1 and index = 0`, 32, {
      ...{ kind: 'subtree-differs', level: 1, index: 0 },
    }),
  'a signed head in the database': async () =>
    inDatabase(
      ['ledger_checkpoints', 'note', 'text'],
      sql`size = 300`,
      Buffer.byteLength((await kept.house.ledger.head())!.note),
      { kind: 'checkpoint-invalid', place: 'database/300' },
    ),
  'the root beside a signed head in the database': () =>
    inDatabase(['ledger_checkpoints', 'root'], sql`size = 300`, 32, {
      ...{ kind: 'checkpoint-row-differs', size: 300 },
    }),
  'the frontier beside a signed head in the database': () => ({
    ...{ length: 32, findings: kept.ledgerFindings },
    expected: () => ({ kind: 'checkpoint-row-differs', size: 300 }),
    async flip(at) {
      const turned = sql`set_byte(frontier[1], ${sql.lit(at)}, get_byte(frontier[1], ${sql.lit(at)}) # 1)`
      const flip = () =>
        kept.asSuperuser(sql`update ledger_checkpoints set frontier[1] = ${turned} where size = 300`)
      await flip()
      return flip
    },
  }),
  'a cosignature in the database': async () =>
    inDatabase(
      ['ledger_cosignatures', 'line', 'text'],
      sql`size = 300`,
      Buffer.byteLength((await kept.house.ledger.cosignatures(300))[0]!.line),
      { kind: 'cosignature-invalid', place: 'database', witness: 'witness.example.org', size: 300 },
    ),
  'a bundle of entries in the archive': async () => {
    const key = 'ledger/tile/entries/000'
    const bundle = await kept.bytesOf(key)
    return inArchive(key, (at) => {
      const seq = entryAt(bundle, at)
      const place = { ...north, path: 'tile/entries/000' }
      return seq === undefined ? { ...place, kind: ofTile } : { ...place, kind: 'tile-differs', seq }
    })
  },
  'the last bundle of entries in the archive': () =>
    inArchive('ledger/tile/entries/001.p/44', () => ({
      ...north,
      kind: ofTile,
      path: 'tile/entries/001.p/44',
    })),
  'a full tile of hashes in the archive': () =>
    inArchive('ledger/tile/0/000', () => ({ ...north, kind: 'tile-differs', path: 'tile/0/000' })),
  'the last tile of hashes in the archive': () =>
    inArchive('ledger/tile/0/001.p/44', () => ({ ...north, kind: 'tile-differs', path: 'tile/0/001.p/44' })),
  'a tile of the level above in the archive': () =>
    inArchive('ledger/tile/1/000.p/1', () => ({ ...north, kind: 'tile-differs', path: 'tile/1/000.p/1' })),
  'the published head': async () => {
    const [length, key] = [Buffer.byteLength((await kept.house.ledger.head())!.note), 'ledger/checkpoint']
    const found = { ...north, kind: 'published-checkpoint-invalid' }
    return { ...(await inArchive(key, () => found)), length }
  },
  'the cosignature on the published head': async () => {
    const own = Buffer.byteLength((await kept.house.ledger.head())!.note)
    const whole = await inArchive('ledger/checkpoint', () => [
      { kind: 'cosignature-invalid', place: 'north', size: 300 },
      // The line is none any more.
      { ...north, kind: 'published-checkpoint-invalid' },
    ])
    const inName = Buffer.byteLength('— wit')
    return {
      ...{ ...whole, length: whole.length - own, places: [inName] },
      flip: (at) => whole.flip(own + at),
    }
  },
  'the copy of a signed head in the archive': () => {
    const key = 'ledger/checkpoints/0000000000000300'
    return inArchive(key, () => ({ kind: 'checkpoint-invalid', place: `north/${key}` }))
  },
  'a timestamp token in the database': () =>
    inDatabase(
      ['timestamps', 'token'],
      sql`generation = 1`,
      kept.token.token.length,
      { kind: 'sealed-document', subject: `${kept.ids.documentId}/access/1`, generation: 1 },
      kept.timeFindings,
    ),
  'the copy of a timestamp token in the archive': () =>
    inArchive(
      kept.keys.token,
      () => ({ subject: `${kept.ids.documentId}/access/1`, generation: 1, fault: 'copy-differs' }),
      kept.timeFindings,
    ),
  'the digest of a content in the database': () => ({
    ...{ length: 64, findings: kept.timeFindings },
    expected: () => ({ subject: `${kept.ids.documentId}/access/1`, fault: 'timestamp-of-other-data' }),
    flip: swapDigit('deposits', 'content_sha256'),
  }),
  'the digest of a sealed object in the database': () => ({
    ...{ length: 64, findings: kept.readingRefusal },
    expected: () => ({ code: 'deposit-differs', documentId: kept.ids.documentId, part: 'access' }),
    flip: swapDigit('deposits', 'sealed_sha256'),
  }),
  'a sealed object': () =>
    inArchive(
      kept.keys.sealed,
      () => ({ code: 'deposit-differs', documentId: kept.ids.documentId, part: 'access' }),
      kept.readingRefusal,
    ),
  'an attestation': () =>
    inArchive(
      kept.keys.attestation,
      () => ({ code: 'attestation-differs', batchId: kept.ids.batchId }),
      kept.attestationRefusal,
    ),
}

/** One hexadecimal digit for another. */
const swapDigit = (table: string, column: string) => async (at: number) => {
  const name = sql.ref(column)
  const digit = sql`substr(${name}, ${sql.lit(at + 1)}, 1)`
  const swap = () =>
    kept.asSuperuser(
      sql`update ${sql.table(table)} set ${name} = overlay(${name} placing translate(${digit}, '0123456789abcdef', '1032547698badcfe') from ${sql.lit(at + 1)})`,
    )
  await swap()
  return swap
}

const matching = (wanted: object) =>
  expect.objectContaining(wanted) as { asymmetricMatch(found: unknown): boolean }

test.each(Object.keys(kinds))('a byte of %s that was flipped is named, and where it is', async (kind) => {
  const { flip, length, places = [], findings, expected } = await kinds[kind]!()
  for (const at of [...drawn(kind, length, 1), ...places]) {
    const undo = await flip(at)
    const found = await findings()
    await undo()
    const named = [expected(at)].flat().map(matching)
    const isNamed = found.some((one) => named.some((wanted) => wanted.asymmetricMatch(one)))
    expect(isNamed, `byte ${at} of ${length}: ${JSON.stringify(found)}`).toBe(true)
  }
})

/** Columns of an event: each is in the entry that was written of it. */
test.each([
  ['at', sql`at = at + interval '1 millisecond'`, sql`at = at - interval '1 millisecond'`],
  ['type', sql`type = 'batch-closed'`, sql`type = 'batch-received'`],
  ['actor', sql`actor = 'clj'`, sql`actor = 'cli'`],
  ['details', sql`details = details || '{"version": 2}'`, sql`details = details || '{"version": 1}'`],
])('a custody event whose %s a superuser changed is named', async (_, change, back) => {
  const of = sql`where id = (select event_id from ledger_entries where seq = 42)`
  await kept.asSuperuser(sql`update custody_events set ${change} ${of}`)
  const found = await kept.ledgerFindings()
  await kept.asSuperuser(sql`update custody_events set ${back} ${of}`)
  expect(found).toEqual([{ kind: 'event-differs', seq: 42 }])
})

/** Whoever reads would be shown another object as if it were the one that was sealed. */
test.each(['content_sha256', 'content_sha512', 'sealed_sha256'])(
  'a %s that differs from what was recorded at the sealing is named',
  async (column) => {
    const back = await swapDigit('deposits', column)(7)
    const found = await kept.ledgerFindings()
    await back()
    const { documentId } = kept.ids
    expect(found).toEqual([{ kind: 'deposit-row-differs', documentId, part: 'access', version: 1 }])
  },
)

test('a time that a superuser moved is named', async () => {
  await kept.asSuperuser(sql`update timestamps set at = at + interval '1 hour'`)
  const found = await kept.timeFindings()
  await kept.asSuperuser(sql`update timestamps set at = at - interval '1 hour'`)
  const subject = `${kept.ids.documentId}/access/1`
  expect(found).toEqual([{ kind: 'sealed-document', subject, generation: 1, fault: 'timestamp-malformed' }])
})

test('the root of a full tile that a superuser took out is named', async () => {
  await kept.asSuperuser(sql`create table taken_roots as select * from ledger_subtrees`)
  await kept.asSuperuser(sql`delete from ledger_subtrees`)
  const found = await kept.ledgerFindings()
  await kept.asSuperuser(sql`insert into ledger_subtrees select * from taken_roots`)
  expect(found).toEqual([{ kind: 'subtree-differs', level: 1, index: 0 }])
})

test('nothing is signed from a frontier that a superuser changed', async () => {
  const { flip } = await kinds['the frontier beside a signed head in the database']!()
  const back = await flip(3)
  await kept.house.happen(1)
  await expect(kept.house.extend()).rejects.toMatchObject({ code: 'ledger-not-consistent' })
  await back()
})

test('a row that a superuser took out is named', async () => {
  const taken = sql`from ledger_entries where seq between 200 and 202`
  await kept.asSuperuser(sql`create table taken as select * ${taken}`)
  await kept.asSuperuser(sql`delete ${taken}`)
  const found = await kept.ledgerFindings()
  await kept.asSuperuser(sql`insert into ledger_entries select * from taken`)
  expect(found).toContainEqual({ kind: 'entries-missing', from: 200, to: 202 })
})

test('and once all is put right again, nothing is found', async () => {
  expect(await kept.ledgerFindings()).toEqual([])
  expect(await kept.timeFindings()).toEqual([])
})
