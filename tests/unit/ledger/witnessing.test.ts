import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseCheckpoint } from '../../../src/ledger/checkpoint.ts'
import {
  cosign,
  cosignaturesOf,
  cosignerOf,
  formatCosignerKey,
  parseCosignerKey,
} from '../../../src/ledger/cosignature.ts'
import { parseNote, parseVerifierKey, verifierOf } from '../../../src/ledger/note.ts'
import { consistencyProof } from '../../../src/ledger/proofs.ts'
import { emptyRoot, rootOf } from '../../../src/ledger/tree.ts'
import { formatAddCheckpoint, judge, parseAddCheckpoint } from '../../../src/ledger/witnessing.ts'
import { noteOver, signerOf } from './signers.ts'
import { leavesOf } from './vectors.ts'

const log = signerOf('ledger.example.fr', 1)
const witness = signerOf('witness.example.org', 2)
const logs = [verifierOf(log)]
const at = new Date('2026-11-22T10:00:00.000Z')

describe('a cosignature', () => {
  test('is read back with its time, and leaves the note a note', async () => {
    const note = await noteOver(leavesOf(5), log)
    const line = await cosign(parseNote(note).text, witness, at)
    const cosigned = `${note}${line}\n`
    expect(cosignaturesOf(cosigned, [cosignerOf(witness)])).toEqual([
      { cosigner: cosignerOf(witness), at, line },
    ])
    expect(cosignaturesOf(cosigned, [cosignerOf(signerOf('witness.example.org', 3))])).toEqual([])
  })

  test('does not outlive one changed byte of the head or of itself', async () => {
    const note = await noteOver(leavesOf(5), log)
    const line = await cosign(parseNote(note).text, witness, at)
    const stamp = Buffer.from(line.split(' ')[2]!, 'base64')
    fc.assert(
      fc.property(
        fc.integer({ min: 4, max: stamp.length - 1 }),
        fc.integer({ min: 1, max: 255 }),
        (place, flip) => {
          const changed = Buffer.from(stamp)
          changed[place]! ^= flip
          const forged = `${note}— ${witness.name} ${changed.toString('base64')}\n`
          expect(() => cosignaturesOf(forged, [cosignerOf(witness)])).toThrow('signature-invalid')
        },
      ),
      { numRuns: 50 },
    )
    const other = `${await noteOver(leavesOf(6), log)}${line}\n`
    expect(() => cosignaturesOf(other, [cosignerOf(witness)])).toThrow('signature-invalid')
  })

  test('has a key of its own kind: a log and a witness are never taken for each other', () => {
    const key = formatCosignerKey(witness)
    expect(parseCosignerKey(key)).toEqual(cosignerOf(witness))
    expect(() => parseVerifierKey(key)).toThrow('verifier-key-malformed')
    expect(cosignerOf(witness).keyId).not.toEqual(verifierOf(witness).keyId)
  })

  test('is made over checkpoints only', async () => {
    await expect(cosign('anything\n', witness, at)).rejects.toThrow('size-malformed')
  })
})

const request = async (old: number, size: number, leaves = leavesOf(size), signer = log) =>
  formatAddCheckpoint({
    old,
    proof: old > 0 ? consistencyProof(leaves, old) : [],
    checkpoint: await noteOver(leaves, signer),
  })
const keptAt = (size: number) => () => ({ size, root: rootOf(leavesOf(size)) })

describe('a witness', () => {
  test('signs every growth that is proven, and nothing smaller', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(40), fc.nat(40), async (kept, size) => {
        const asked = await request(Math.min(kept, size), size)
        const { status } = judge(asked, logs, keptAt(kept))
        expect(status).toBe(size >= kept ? 200 : 409)
      }),
      { numRuns: 60 },
    )
  })

  test('never signs two heads that disagree, whatever is asked in whatever order', async () => {
    const histories = [
      leavesOf(12),
      leavesOf(12).with(3, Buffer.alloc(32)),
      leavesOf(12).with(9, Buffer.alloc(32, 1)),
    ]
    const step = fc.record({ history: fc.nat(2), old: fc.nat(12), size: fc.nat(12) })
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        let kept = { size: 0, root: emptyRoot }
        const signed: { size: number; root: Buffer }[] = []
        for (const { history, old, size } of steps) {
          const leaves = histories[history]!.slice(0, size)
          const judgement = judge(await request(Math.min(old, size), size, leaves), logs, () => kept)
          if (judgement.status !== 200) continue
          kept = judgement.head
          signed.push(kept)
        }
        // All that was signed lies on one history, and never shrank.
        const isOf = (history: Buffer[]) =>
          signed.every(({ size, root }) => rootOf(history.slice(0, size)).equals(root))
        expect(histories.some(isOf)).toBe(true)
        expect(signed.map(({ size }) => size)).toEqual(signed.map(({ size }) => size).sort((a, b) => a - b))
      }),
      { numRuns: 100 },
    )
  })

  test.each<[string, () => Promise<string>, number]>([
    ['what is no request', async () => 'anything', 400],
    [
      'a request with a proof of 64 hashes',
      async () =>
        `old 1\n${`${Buffer.alloc(32).toString('base64')}\n`.repeat(64)}\n${await noteOver(leavesOf(9), log)}`,
      400,
    ],
    ['a proof from past the head', async () => (await request(0, 9)).replace('old 0', 'old 10'), 400],
    ['a log that it does not know', () => request(0, 9, leavesOf(9), signerOf('other.example.fr')), 404],
    [
      'a head that another key signed under the name of the log',
      () => request(0, 9, leavesOf(9), signerOf('ledger.example.fr', 7)),
      403,
    ],
    ['a proof that begins elsewhere than at the head that is kept', () => request(4, 9), 409],
    [
      'a proof that does not lead there',
      async () => (await request(5, 9)).replace(/\n[^\n]+\n/, `\n${Buffer.alloc(32).toString('base64')}\n`),
      422,
    ],
    ['another head of the same size', () => request(5, 5, leavesOf(5).with(1, Buffer.alloc(32))), 409],
  ])('refuses %s', async (_, asked, status) => {
    expect(judge(await asked(), logs, keptAt(5)).status).toBe(status)
  })

  test('says the size that it keeps to whoever asks from elsewhere', async () => {
    expect(judge(await request(0, 9), logs, keptAt(5))).toMatchObject({ status: 409, kept: 5 })
  })

  test('takes an empty tree for what it is only', async () => {
    const empty = await request(0, 0, [])
    expect(judge(empty, logs, () => undefined).status).toBe(200)
    const root = parseCheckpoint(parseNote(empty.slice(empty.indexOf('\n\n') + 2)).text).root
    expect(root).toEqual(emptyRoot)
  })

  test('reads a request as it was written', async () => {
    const asked = await request(5, 9)
    expect(formatAddCheckpoint(parseAddCheckpoint(asked)!)).toBe(asked)
  })
})
