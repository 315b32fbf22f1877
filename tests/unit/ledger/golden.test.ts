import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { ledgerVectors } from '../../../fixtures/generator/ledger.ts'
import { checkTiles } from '../../../src/ledger/check-tiles.ts'
import { openCheckpoint } from '../../../src/ledger/checkpoint.ts'
import { cosignaturesOf, parseCosignerKey } from '../../../src/ledger/cosignature.ts'
import { parseVerifierKey } from '../../../src/ledger/note.ts'
import { tilePath } from '../../../src/ledger/tiles.ts'

const folder = fileURLToPath(new URL('../../../fixtures/ledger/', import.meta.url))
const text = (name: string) => readFileSync(folder + name, 'utf8')

test('the golden vectors are those that their generator makes, and no others', async () => {
  const made = await ledgerVectors()
  const kept = globSync('**/*', { cwd: folder, withFileTypes: true }).filter((one) => one.isFile())
  expect(kept).toHaveLength(made.size)
  for (const [name, content] of made) expect(readFileSync(folder + name).equals(content), name).toBe(true)
})

test('the golden vectors verify', async () => {
  const head = openCheckpoint(text('checkpoint'), [parseVerifierKey(text('log.key').trim())])
  expect(head.size).toBe(300)
  expect(cosignaturesOf(text('checkpoint'), [parseCosignerKey(text('witness.key').trim())])).toHaveLength(1)
  const findings = []
  for await (const finding of checkTiles(head, async (tile) => readFileSync(folder + tilePath(tile))))
    findings.push(finding)
  expect(findings).toEqual([])
})
