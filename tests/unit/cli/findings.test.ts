import { expect, test } from 'vitest'
import type { Finding } from '../../../src/cli/findings.ts'
import { sayFinding } from '../../../src/cli/ledger.ts'
import { sayIn } from '../../../src/cli/say.ts'

const place = 'main/ledger/checkpoints/7'
const findings: { [Kind in Finding['kind']]: Extract<Finding, { kind: Kind }> } = {
  'entries-missing': { kind: 'entries-missing', from: 3, to: 5 },
  'entry-out-of-order': { kind: 'entry-out-of-order', seq: 3 },
  'entry-malformed': { kind: 'entry-malformed', seq: 3 },
  'entry-misplaced': { kind: 'entry-misplaced', seq: 3 },
  'leaf-hash-differs': { kind: 'leaf-hash-differs', seq: 3 },
  'event-differs': { kind: 'event-differs', seq: 3 },
  'checkpoint-invalid': { kind: 'checkpoint-invalid', place, reason: 'signature' },
  'checkpoints-contradict': { kind: 'checkpoints-contradict', size: 7, place, otherPlace: 'database/7' },
  'root-differs': { kind: 'root-differs', size: 7, place },
  'ledger-shorter': { kind: 'ledger-shorter', size: 7, place, entries: 5 },
}

test.each(Object.values(findings))('says $kind in words with its place, in both languages', (finding) => {
  const where = 'place' in finding ? finding.place : String('seq' in finding ? finding.seq : finding.from)
  const [fr, en] = (['fr', 'en'] as const).map((language) => sayFinding(sayIn(language), finding))
  expect(fr).toContain(where)
  expect(en).toContain(where)
  expect(fr).not.toBe(en)
})
