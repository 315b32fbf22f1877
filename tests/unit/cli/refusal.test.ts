import { expect, test } from 'vitest'
import { misuse } from '../../../src/cli/frame.ts'
import { refusalOf, sayFailure, sayReason } from '../../../src/cli/refusal.ts'
import { Failure } from '../../../src/domain/failure.ts'

test('says what is wrong, what to do and the code', () => {
  expect(sayFailure(new Failure('consent-pending'), 'fr').split('\n')).toEqual([
    '✗ Le patient ne s’est pas encore prononcé.',
    '→ Enregistrez sa décision avec «\u00a0scelle consent set PATIENT --status …\u00a0»\u00a0: le document repartira de lui-même.',
    '  code\u00a0: consent-pending',
  ])
})

test('tells a program code, words and bare facts', () => {
  expect(refusalOf(new Failure('state-forbids', { subject: 'b-1', state: 'composed' }), 'en')).toEqual({
    error: {
      code: 'state-forbids',
      what: expect.stringContaining('under way') as string,
      todo: expect.any(String) as string,
      facts: { subject: 'b-1', state: 'composed' },
    },
  })
})

test('says states, units and kinds in the language of the reader', () => {
  const counts = { expected: 4, counted: 3, unit: 'folders' }
  expect(sayReason('counts-do-not-reconcile', counts, 'fr').what).toContain('4 dossiers')
  expect(sayReason('not-found', { kind: 'batch' }, 'fr').what).toContain('lot')
  const clauses = { clauses: 'audit, security' }
  expect(sayReason('contract-clause-missing', clauses, 'fr').what).toContain(
    'audits\u202f; sécurité (article 32)',
  )
})

test('leaves the name of an unexpected error as it is', () => {
  expect(sayReason('unexpected', { kind: 'batch' }, 'fr').what).toContain('(batch)')
})

test('puts several faults on lines of their own', () => {
  const { what } = sayReason(
    'import-invalid',
    { count: 2, faults: '2/sex: not-allowed; 9: too-few-fields' },
    'en',
  )
  expect(what).toContain('\n  • line 2, column sex: value not allowed\n  • line 9: fewer values')
})

test('says in words which settings are wrong, and in which line a file is no JSON', () => {
  const said = (faults: string) => sayReason('configuration-invalid', { count: 1, faults }, 'fr').what
  expect(said('database: invalid-type; foo: unrecognized-keys')).toContain(
    '\n  • database\u00a0: manque, ou n’est pas du genre attendu\n  • foo\u00a0: réglage inconnu',
  )
  expect(said('12: not-json')).toContain('ligne 12\u00a0: n’est pas du JSON')
  expect(said('.: not-json')).toContain('scelle.json\u00a0: n’est pas du JSON')
})

test('says how a command was misused and where its help is', () => {
  const failure = new Failure('usage', {
    ...misuse('missing-option', '--out <FILE>').facts,
    command: 'document fetch',
  })
  const { what, todo } = sayReason('usage', failure.facts, 'en')
  expect(what).toContain('option --out <FILE> is missing')
  expect(todo).toBe('See “scelle document fetch --help”.')
})

test.each([
  ['order', 'queue failed'],
  ['epoch', 'keys status'],
  ['ledger-entry', 'ledger show'],
  ['document', 'document list'],
])('of a kind %s that is not there, names the command that lists it', (kind, command) => {
  expect(sayReason('not-found', { kind }, 'en').todo).toBe(`See “scelle ${command}”.`)
})

test('where a state forbids something, names the command that shows it', () => {
  const facts = { subject: 'd-1', state: 'refused', command: 'document fetch' }
  expect(sayReason('state-forbids', facts, 'en').todo).toBe('See “scelle document show d-1”.')
})

test('says the faults of a manifest in words, one or several', () => {
  const said = (faults: string, language: 'fr' | 'en') =>
    sayReason('manifest-invalid', { count: 1, faults }, language).what
  expect(said('documents[0].from: not-with-one-per-file', 'fr')).toContain(
    'documents[0].from\u00a0: à retirer\u00a0: chaque fichier est un document entier',
  )
  expect(said('$: not-json; boxe: unknown-key', 'fr')).toContain(
    '\n  • batch.json\u00a0: n’est pas du JSON\n  • boxe\u00a0: champ inconnu',
  )
  expect(said('coverSheets: missing', 'en')).toContain('coverSheets: is missing.')
})
