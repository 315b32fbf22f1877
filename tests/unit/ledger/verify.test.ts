import { generateKeyPairSync, sign } from 'node:crypto'
import canonicalize from 'canonicalize'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { custodyEvent, LedgerEntry } from '../../../src/domain/custody.ts'
import { formatCheckpoint } from '../../../src/ledger/checkpoint.ts'
import { canonicalEntry, readCanonicalEntry } from '../../../src/ledger/entry.ts'
import { type NoteSigner, signNote, verifierOf } from '../../../src/ledger/note.ts'
import { leafHash, rootOf } from '../../../src/ledger/tree.ts'
import { type FoundCheckpoint, type StoredEntry, verifyLedger } from '../../../src/ledger/verify.ts'

const origin = 'ledger.example.fr'
const keys = generateKeyPairSync('ed25519')
const signer: NoteSigner = {
  name: origin,
  publicKey: Buffer.from(keys.publicKey.export({ format: 'jwk' }).x!, 'base64url'),
  sign: async (message) => sign(null, message, keys.privateKey),
}
const verifiers = [verifierOf(signer)]

const entryAt = (
  seq: number,
  type: 'document-sealed' | 'document-deposited' = 'document-sealed',
): LedgerEntry => ({
  v: 1,
  seq,
  at: '2026-03-01T09:00:00.000Z',
  actor: 'stage.seal-document',
  ...custodyEvent(type, { documentId: '01890a5d-ac96-774b-bcce-b302099a8057' }, { details: { version: 1 } }),
})
const stored = (entry: LedgerEntry): StoredEntry => {
  const bytes = canonicalEntry(entry)
  return { seq: entry.seq, entry: bytes, leafHash: leafHash(bytes) }
}
const ledgerOf = (size: number): StoredEntry[] =>
  Array.from({ length: size }, (_, seq) => stored(entryAt(seq)))

const checkpointOf = async (
  ledger: readonly StoredEntry[],
  size: number,
  place = `at/${size}`,
): Promise<FoundCheckpoint> => {
  const root = rootOf(ledger.slice(0, size).map((each) => each.leafHash))
  return { place, note: await signNote(formatCheckpoint({ origin, size, root }), signer) }
}
const findingsOf = async (entries: readonly StoredEntry[], checkpoints: readonly FoundCheckpoint[]) =>
  (await verifyLedger({ entries, checkpoints, verifiers })).findings

describe('an entry', () => {
  test('is hashed as canonical JSON: names sorted, no space', () => {
    expect(canonicalEntry(entryAt(3)).toString()).toBe(
      '{"actor":"stage.seal-document","at":"2026-03-01T09:00:00.000Z","details":{"version":1},"seq":3,' +
        '"subject":{"documentId":"01890a5d-ac96-774b-bcce-b302099a8057"},"type":"document-sealed","v":1}',
    )
  })

  test('has the same bytes in whatever order it was put together', () => {
    const { v, seq, at, ...rest } = entryAt(3)
    expect(canonicalEntry({ ...rest, at, seq, v }).equals(canonicalEntry(entryAt(3)))).toBe(true)
  })

  test('has the bytes of RFC 8785, whatever JSON it is', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.oneof(fc.string(), fc.nat().map(String)), fc.jsonValue()), (more) => {
        const entry = { v: 1 as const, seq: 3, ...more }
        expect(canonicalEntry(entry).toString()).toBe(canonicalize(entry))
        const { v, seq }: { v: unknown; seq: unknown } = entry
        expect(readCanonicalEntry(canonicalEntry(entry))).toEqual({ seq, v })
      }),
    )
  })

  test('keeps every name, also those that objects have a meaning for', () => {
    const held: unknown = JSON.parse('{"z":{"__proto__":{"constructor":1}},"a":2}')
    expect(canonicalEntry({ v: 1, seq: 3, held }).toString()).toBe(
      '{"held":{"a":2,"z":{"__proto__":{"constructor":1}}},"seq":3,"v":1}',
    )
  })

  test.each([
    ['no number', Number.NaN],
    ['a number without end', Number.POSITIVE_INFINITY],
    ['half a character', '\ud800'],
  ])('that holds %s has no bytes', (_, held) => {
    expect(() => canonicalEntry({ v: 1, seq: 3, held })).toThrow()
  })

  test('read back from its bytes is the entry', () => {
    expect(LedgerEntry.parse(JSON.parse(canonicalEntry(entryAt(3)).toString()))).toEqual(entryAt(3))
  })
})

describe('a ledger', () => {
  test('that is whole has no findings, and says its size and root', async () => {
    const ledger = ledgerOf(12)
    const checkpoints = await Promise.all([0, 5, 12].map((size) => checkpointOf(ledger, size)))
    expect(await verifyLedger({ entries: ledger, checkpoints, verifiers })).toEqual({
      size: 12,
      root: rootOf(ledger.map((each) => each.leafHash)),
      covered: 12,
      checkpoints: 3,
      findings: [],
      omitted: 0,
      tally: {},
    })
  })

  test('says how many entries stand under a checkpoint, those after it are not signed yet', async () => {
    const ledger = ledgerOf(7)
    const verdict = await verifyLedger({
      entries: ledger,
      checkpoints: [await checkpointOf(ledger, 4)],
      verifiers,
    })
    expect(verdict).toMatchObject({ size: 7, covered: 4, findings: [] })
  })

  test('without entries verifies', async () => {
    expect(await findingsOf([], [await checkpointOf([], 0)])).toEqual([])
  })

  test('of which any byte of any entry changed does not verify', async () => {
    const ledger = ledgerOf(9)
    const checkpoint = await checkpointOf(ledger, 9)
    await fc.assert(
      fc.asyncProperty(
        fc.nat(8),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        async (seq, which, difference) => {
          const bytes = Buffer.from(ledger[seq]!.entry)
          bytes[which % bytes.length]! ^= difference
          const changed = ledger.with(seq, { ...ledger[seq]!, entry: bytes })
          const findings = await findingsOf(changed, [checkpoint])
          expect(findings).toContainEqual({ kind: 'leaf-hash-differs', seq })
          expect(findings).toContainEqual({ kind: 'root-differs', size: 9, place: 'at/9' })
        },
      ),
    )
  })

  test('of which an entry and its leaf hash were changed together differs from its checkpoint', async () => {
    const ledger = ledgerOf(9)
    const rewritten = ledger.with(4, stored(entryAt(4, 'document-deposited')))
    const checkpoints = [await checkpointOf(ledger, 3), await checkpointOf(ledger, 9)]
    expect(await findingsOf(rewritten, checkpoints)).toEqual([
      { kind: 'root-differs', size: 9, place: 'at/9' },
    ])
  })

  test('of which only the stored leaf hash changed says so, and still leads to its checkpoint', async () => {
    const ledger = ledgerOf(4)
    const damaged = ledger.with(2, { ...ledger[2]!, leafHash: Buffer.alloc(32) })
    expect(await findingsOf(damaged, [await checkpointOf(ledger, 4)])).toEqual([
      { kind: 'leaf-hash-differs', seq: 2 },
    ])
  })

  test('with a gap names the entries that are missing', async () => {
    const ledger = ledgerOf(9)
    const findings = await findingsOf(ledger.toSpliced(3, 2), [])
    expect(findings).toEqual([{ kind: 'entries-missing', from: 3, to: 4 }])
  })

  test('of which the end was cut off is shorter than its checkpoint', async () => {
    const ledger = ledgerOf(9)
    const findings = await findingsOf(ledger.slice(0, 6), [await checkpointOf(ledger, 9)])
    expect(findings).toEqual([{ kind: 'ledger-shorter', size: 9, place: 'at/9', entries: 6 }])
  })

  test('with an entry twice says which', async () => {
    const ledger = ledgerOf(4)
    expect(await findingsOf(ledger.toSpliced(2, 0, ledger[1]!), [])).toEqual([
      { kind: 'entry-out-of-order', seq: 1 },
    ])
  })

  test('with an entry that was written for another place says so', async () => {
    const ledger = ledgerOf(4).with(2, { ...stored(entryAt(1)), seq: 2 })
    expect(await findingsOf(ledger, [])).toEqual([{ kind: 'entry-misplaced', seq: 2 }])
  })

  test.each([
    ['spaces', Buffer.from('{"seq":0, "v":1}')],
    ['names out of order', Buffer.from('{"v":1,"seq":0}')],
    ['a name twice', Buffer.from('{"seq":1,"seq":0,"v":1}')],
    ['another version', Buffer.from('{"seq":0,"v":2}')],
    ['no JSON', Buffer.from('document-sealed')],
    ['a list', Buffer.from('[0,1]')],
    ['half a character', Buffer.from('{"seq":0,"v":1,"x":"\\ud800"}')],
    ['another spelling of a number', Buffer.from('{"seq":0,"v":1.0}')],
    ['numbers as names in the order of numbers', Buffer.from('{"9":0,"10":0,"seq":0,"v":1}')],
    ['bytes that are not UTF-8', Buffer.from('{"seq":0,"v":1,"x":"\xff"}', 'latin1')],
  ])('refuses an entry with %s', async (_, entry) => {
    const findings = await findingsOf([{ seq: 0, entry, leafHash: leafHash(entry) }], [])
    expect(findings).toEqual([{ kind: 'entry-malformed', seq: 0 }])
  })

  test('of which an entry is not what its event tells says so, whichever of them was changed', async () => {
    const due = stored(entryAt(0)).entry
    const told = { ...stored(entryAt(0, 'document-deposited')), due }
    expect(await findingsOf([{ ...stored(entryAt(0)), due }], [])).toEqual([])
    expect(await findingsOf([told], [])).toEqual([{ kind: 'event-differs', seq: 0 }])
  })

  test('whose checkpoint nobody known signed says where that was found', async () => {
    const { note } = await checkpointOf([], 0)
    const forged = { place: 'archive/0', note: String(note).replace(/\n— \S+/, '\n— someone.else') }
    expect(await findingsOf([], [forged])).toEqual([
      { kind: 'checkpoint-invalid', place: 'archive/0', reason: 'signer-unknown' },
    ])
  })

  test('with two histories under one signature is named with both places', async () => {
    const ledger = ledgerOf(3)
    const other = ledger.with(1, stored(entryAt(1, 'document-deposited')))
    const checkpoints = [await checkpointOf(ledger, 3, 'database'), await checkpointOf(other, 3, 'archive')]
    expect(await findingsOf(ledger, checkpoints)).toEqual([
      { kind: 'checkpoints-contradict', size: 3, place: 'archive', otherPlace: 'database' },
      { kind: 'root-differs', size: 3, place: 'archive' },
    ])
  })

  test('that is damaged all over lists the first findings and counts the others', async () => {
    const damaged = ledgerOf(50).map((each) => ({ ...each, leafHash: Buffer.alloc(32) }))
    const verdict = await verifyLedger({ entries: damaged, checkpoints: [], verifiers, limit: 10 })
    expect(verdict.findings).toHaveLength(10)
    expect(verdict.omitted).toBe(40)
  })
})
