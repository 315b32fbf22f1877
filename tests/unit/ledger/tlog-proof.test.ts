import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { verifierOf } from '../../../src/ledger/note.ts'
import { inclusionProof } from '../../../src/ledger/proofs.ts'
import { formatProof, parseProof, verifyProof } from '../../../src/ledger/tlog-proof.ts'
import { noteOver, signerOf } from './signers.ts'
import { leavesOf } from './vectors.ts'

const log = signerOf('ledger.example.fr')
const verifiers = [verifierOf(log)]
const leaves = leavesOf(11)
const proofOf = async (index: number) => ({
  index,
  hashes: inclusionProof(leaves, index),
  checkpoint: await noteOver(leaves, log),
})

test('a proof is read back as it was written, and leads to the head', async () => {
  for (let index = 0; index < leaves.length; index++) {
    const proof = await proofOf(index)
    const text = formatProof(proof)
    expect(text.startsWith(`c2sp.org/tlog-proof@v1\nindex ${index}\n`)).toBe(true)
    expect(parseProof(text)).toEqual(proof)
    expect(verifyProof(parseProof(text), leaves[index]!, verifiers)).toMatchObject({ size: 11 })
  }
})

test('extra bytes stand before the index', async () => {
  const text = formatProof({ ...(await proofOf(3)), extra: Buffer.from('more') })
  expect(text.split('\n')[1]).toBe('extra bW9yZQ==')
  expect(parseProof(text).extra?.toString()).toBe('more')
})

test('a proof with one byte changed is refused', async () => {
  const text = formatProof(await proofOf(6))
  fc.assert(
    fc.property(
      fc.nat(text.length - 1),
      fc.constantFrom('a', 'A', '1', ' ', '\n', '=', 'z', '—'),
      (at, other) => {
        fc.pre(text[at] !== other)
        const changed = text.slice(0, at) + other + text.slice(at + 1)
        expect(() => verifyProof(parseProof(changed), leaves[6]!, verifiers)).toThrow(
          /proof-invalid|checkpoint-invalid/,
        )
      },
    ),
    { numRuns: 300 },
  )
})

test('a proof of another entry is refused', async () => {
  const proof = await proofOf(6)
  expect(() => verifyProof(proof, leaves[7]!, verifiers)).toThrow('root-differs')
  expect(() => verifyProof({ ...proof, index: 7 }, leaves[6]!, verifiers)).toThrow('root-differs')
})

test('a proof of another log is refused', async () => {
  const proof = await proofOf(6)
  expect(() => verifyProof(proof, leaves[6]!, [verifierOf(signerOf('other.example.fr'))])).toThrow(
    'signer-unknown',
  )
})
