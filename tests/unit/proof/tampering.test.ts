import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { buildProof } from '../../../src/proof/build.ts'
import { checkContents, checkProof } from '../../../src/proof/check.ts'
import { pack, unpack } from '../../../src/proof/packing.ts'
import {
  certificatePath,
  consistencyPath,
  entryPath,
  inclusionPath,
  ledgerKeyPath,
  manifestPath,
  type ProofManifest,
} from '../../../src/proof/proof-file.ts'
import { noTrust, type Trust } from '../../../src/proof/trust.ts'
import { aLog, attesting, documentIds, evidenceOfDocument, madeAt, sealing } from '../../proof/a-proof.ts'
import { drawn } from '../../tampering/places.ts'

/*
 * Every byte of a proof file. What is kept in the database and in the archives: every-kind-of-byte.test.ts in
 * tests/integration/tampering.
 */

const log = await aLog()
const whole = await buildProof({ ...evidenceOfDocument(log), continuity: [log.since(4)] })
const contents = unpack(whole)
const trust: Trust = { ...noTrust, ledgerKeys: [log.key], kept: [await log.headAt(4)] }

const turned = (bytes: Uint8Array, at: number, bit = at % 7): Uint8Array => {
  const changed = Uint8Array.from(bytes)
  changed[at]! ^= 1 << bit
  return changed
}

test('the proof that is tried is good, and has a file of each kind', async () => {
  expect(await checkProof(whole, trust, madeAt)).toMatchObject({ verdict: 'proven', findings: [] })
  expect(new Set([...contents.keys()].map((path) => path.replaceAll(/\d{2,}/g, 'N')))).toEqual(
    new Set([
      ...['proof.json', 'entries/N.json', 'entries/N.tlog-proof', 'timestamps/content.1.tsr'],
      ...['certificates/attestation-N.pdf', 'consistency/N.add-checkpoint', 'keys/ledger.vkey'],
      ...['keys/witnesses.vkey', 'keys/timestamp-anchors.pem', 'keys/certificate-anchors.pem'],
      'releve-de-valeur-probante.txt',
    ]),
  )
})

describe('one bit turned in', () => {
  const places = [...contents].flatMap(([path, { length }]) =>
    path === manifestPath ? [] : drawn(path, length).map((at) => [path, at] as const),
  )
  test.each(places)('%s, byte %i, is found there', async (path, at) => {
    const changed = new Map([...contents, [path, turned(contents.get(path)!, at)]])
    const { verdict, findings } = await checkContents(changed, trust, madeAt)
    expect(verdict).toBe('faulty')
    expect(findings).toContainEqual({ code: 'file-changed', path })
  })

  test.each(drawn(manifestPath, contents.get(manifestPath)!.length))(
    'the table of contents, byte %i, is found',
    async (at) => {
      const changed = turned(contents.get(manifestPath)!, at)
      expect(await verdictOf(pack(new Map([...contents, [manifestPath, changed]])))).toBe('faulty')
    },
  )

  const verdictOf = async (bytes: Uint8Array) => (await checkProof(bytes, trust, madeAt)).verdict
})

/** The table of contents fits what was changed: as a forger would write it. */
function forged(good: ReadonlyMap<string, Uint8Array>, path: string, content: Uint8Array) {
  const manifest = JSON.parse(Buffer.from(good.get(manifestPath)!).toString()) as ProofManifest
  const files = { ...manifest.files, [path]: createHash('sha256').update(content).digest('hex') }
  return new Map([
    ...good,
    [path, content],
    [manifestPath, Buffer.from(JSON.stringify({ ...manifest, files }))],
  ])
}

describe('one bit turned by a forger, who writes the table of contents anew, in', () => {
  const forgeable = {
    [entryPath(sealing)]: ['entry-malformed', 'entry-misplaced', 'inclusion-invalid'],
    [inclusionPath(sealing)]: [
      'inclusion-invalid',
      'checkpoint-invalid',
      'ledger-unknown',
      'cosigner-unknown',
    ],
    'timestamps/content.1.tsr': ['token-invalid'],
    [certificatePath(attesting)]: ['certificate-differs'],
    [consistencyPath(4)]: ['consistency-invalid'],
  }
  const places = Object.entries(forgeable).flatMap(([path, codes]) =>
    drawn(path, contents.get(path)!.length).map((at) => [path, at, codes] as const),
  )
  test.each(places)('%s, byte %i, is found there', async (path, at, codes) => {
    const changed = forged(contents, path, turned(contents.get(path)!, at))
    const { verdict, findings } = await checkContents(changed, trust, madeAt)
    expect(verdict).toBe('faulty')
    const entry = path.replace('.tlog-proof', '').replace('.json', '')
    const found = findings.filter((one) => one.path.startsWith(entry)).map(({ code }) => code)
    expect(codes).toEqual(expect.arrayContaining(found))
    expect(found).not.toEqual([])
  })
})

/** Of one entry, so that each of its bytes can be tried. */
const small = await buildProof(
  log.evidence({ kind: 'document', id: documentIds[0] }, ({ seq }) => seq === sealing),
)
const alone = unpack(small)

test('one bit turned in the ZIP around the parts is found, wherever it is', async () => {
  const missed: number[] = []
  // The table at the end of the ZIP: each part has its path in it once more.
  const headers = small.lastIndexOf(0x50, small.length - 700)
  for (const at of [...Array(90).keys(), ...drawn('zip', small.length, 90)]) await attempt(at)
  for (let at = headers; at < small.length; at++) await attempt(at)
  expect(missed).toEqual([])

  async function attempt(at: number): Promise<void> {
    const { verdict, findings } = await checkProof(turned(small, at), noTrust, madeAt)
    if (verdict !== 'faulty' || findings.length === 0) missed.push(at)
  }
})

for (const path of [entryPath(sealing), inclusionPath(sealing), ledgerKeyPath]) {
  test(`one bit of ${path} turned by a forger is found, wherever it is`, async () => {
    const { length } = alone.get(path)!
    const missed: number[] = []
    for (let at = 0; at < length; at++) {
      const { verdict } = await checkContents(
        forged(alone, path, turned(alone.get(path)!, at)),
        noTrust,
        madeAt,
      )
      // The newline at the end of a key says nothing.
      if (verdict !== 'faulty' && !(path === ledgerKeyPath && at === length - 1)) missed.push(at)
    }
    expect(missed).toEqual([])
  })
}
