import { expect, test } from 'vitest'
import type { Finding } from '../../../src/cli/findings.ts'
import { sayFinding, wrong } from '../../../src/cli/ledger.ts'
import { sayIn } from '../../../src/cli/say.ts'

const place = 'main/ledger/checkpoints/7'
const findings: { [Kind in Finding['kind']]: Extract<Finding, { kind: Kind }> } = {
  'entries-missing': { kind: 'entries-missing', from: 3, to: 5 },
  'entry-out-of-order': { kind: 'entry-out-of-order', seq: 3 },
  'entry-malformed': { kind: 'entry-malformed', seq: 3 },
  'entry-misplaced': { kind: 'entry-misplaced', seq: 3 },
  'leaf-hash-differs': { kind: 'leaf-hash-differs', seq: 3 },
  'event-differs': { kind: 'event-differs', seq: 3 },
  'subtree-differs': { kind: 'subtree-differs', level: 1, index: 3 },
  'tile-missing': { kind: 'tile-missing', archive: 'main', path: 'tile/0/003' },
  'tile-malformed': { kind: 'tile-malformed', archive: 'main', path: 'tile/0/003' },
  'tile-differs': { kind: 'tile-differs', archive: 'main', path: 'tile/entries/003', seq: 3 },
  'tiles-root-differs': { kind: 'tiles-root-differs', archive: 'main', size: 3 },
  'published-checkpoint-invalid': { kind: 'published-checkpoint-invalid', archive: 'main', reason: 'no' },
  'cosignature-invalid': { kind: 'cosignature-invalid', place, witness: 'w.example.org', size: 7 },
  'published-head-unknown': { kind: 'published-head-unknown', archive: 'main', size: 3 },
  'deposit-row-differs': { kind: 'deposit-row-differs', documentId: 'd1', part: 'access', version: 1 },
  'checkpoint-row-differs': { kind: 'checkpoint-row-differs', size: 7 },
  'checkpoint-invalid': { kind: 'checkpoint-invalid', place, reason: 'signature' },
  'checkpoints-contradict': { kind: 'checkpoints-contradict', size: 7, place, otherPlace: 'database/7' },
  'root-differs': { kind: 'root-differs', size: 7, place },
  'ledger-shorter': { kind: 'ledger-shorter', size: 7, place, entries: 5 },
}

const whereOf = (finding: Finding): string => {
  if ('place' in finding) return finding.place
  if (finding.kind === 'deposit-row-differs') return finding.documentId
  if (finding.kind === 'checkpoint-row-differs') return String(finding.size)
  if ('path' in finding) return finding.path
  if ('archive' in finding) return finding.archive
  if ('index' in finding) return String(finding.index)
  return String('seq' in finding ? finding.seq : finding.from)
}

test.each(Object.values(findings))('says $kind in words with its place, in both languages', (finding) => {
  const where = whereOf(finding)
  const [fr, en] = (['fr', 'en'] as const).map((language) => sayFinding(sayIn(language), finding))
  expect(fr).toContain(where)
  expect(en).toContain(where)
  expect(fr).not.toBe(en)
})

test('says what is wrong by kind, the first few of each, with counts that add up', () => {
  const contradicted = Array.from({ length: 107 }, (_, i) => ({
    ...{ kind: 'root-differs' as const, size: i + 8, place: `database/${i + 8}` },
  }))
  const lines = wrong(sayIn('en'), {
    findings: [...contradicted.slice(0, 50), { kind: 'leaf-hash-differs', seq: 7 }],
    tally: { 'root-differs': 107, 'leaf-hash-differs': 1 },
    covered: 7,
  }).split('\n')
  expect(lines).toHaveLength(1 + 2 + 1 + 3 + 1 + 2)
  expect(lines[0]).toBe('✗ Ledger NOT verified: 108 findings, of 2 kinds.')
  expect(lines.slice(1, 3)).toEqual([
    '  Altered entries: 1',
    '    • The hash kept beside entry 7 is not its own.',
  ])
  expect(lines.at(-3)).toContain('and 104 more of this kind')
  expect(lines.at(-2)).toContain('covers 7 of them')
})
