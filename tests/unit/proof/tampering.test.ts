import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { checkContents } from '../../../src/proof/check.ts'
import { unpack } from '../../../src/proof/packing.ts'
import {
  entryPath,
  inclusionPath,
  ledgerKeyPath,
  manifestPath,
  type ProofManifest,
} from '../../../src/proof/proof-file.ts'
import { noTrust } from '../../../src/proof/trust.ts'
import { buildProof } from '../../../src/proof/build.ts'
import { aLog, documentIds, madeAt, sealing } from '../../proof/a-proof.ts'

const log = await aLog()
/** Of one entry, so that each of its bytes can be tried. */
const alone = log.evidence({ kind: 'document', id: documentIds[0] }, ({ seq }) => seq === sealing)
const good = unpack(await buildProof(alone))

/** The contents with one bit of one file turned, and a table of contents that fits them: as a forger would. */
function withBitTurned(path: string, at: number, bit: number): Map<string, Uint8Array> {
  const content = Uint8Array.from(good.get(path)!)
  content[at]! ^= 1 << bit
  const manifest = JSON.parse(Buffer.from(good.get(manifestPath)!).toString()) as ProofManifest
  const files = { ...manifest.files, [path]: createHash('sha256').update(content).digest('hex') }
  return new Map([
    ...good,
    [path, content],
    [manifestPath, Buffer.from(JSON.stringify({ ...manifest, files }))],
  ])
}

for (const path of [entryPath(sealing), inclusionPath(sealing), ledgerKeyPath]) {
  test(`one bit of ${path} turned by a forger is found, wherever it is`, async () => {
    const { length } = good.get(path)!
    const missed: number[] = []
    for (let at = 0; at < length; at++) {
      const { verdict } = await checkContents(withBitTurned(path, at, at % 7), noTrust, madeAt)
      // The newline at the end of a key says nothing.
      if (verdict !== 'faulty' && !(path === ledgerKeyPath && at === length - 1)) missed.push(at)
    }
    expect(missed).toEqual([])
  })
}
