import { expect, test } from 'vitest'
import { readConsents } from '../../../src/cli/consent-file.ts'
import { readPatients } from '../../../src/cli/patient.ts'
import type { Failure } from '../../../src/domain/failure.ts'

const header = 'file_number,matricule,birth_name,given_names,birth_date,sex,birthplace'
const patients = (...lines: string[]) => readPatients(Buffer.from([header, ...lines].join('\n')))
const identitiesIn = (text: string) => readPatients(Buffer.from(text)).map(({ identity }) => identity)
const faultsOf = (read: () => unknown): unknown => {
  try {
    read()
  } catch (error) {
    return (error as Failure).facts['faults']
  }
  return undefined
}

test('reads patients with what is optional left out', () => {
  const identity = { fileNumber: 'SP-1', birthName: 'LE GOFF', givenNames: 'Zoé', birthDate: '1974-03-12' }
  expect(patients('SP-1,,LE GOFF,Zoé,1974-03-12,,')).toEqual([{ line: 2, identity }])
})

test('takes semicolons, a byte order mark, remarks, quotes and columns in any order', () => {
  const text = '\ufeff# remark\nbirth_date;birth_name;given_names;file_number\n1974-03-12;"A;B";Zoé;SP-1\n'
  expect(identitiesIn(text)).toEqual([
    { fileNumber: 'SP-1', birthName: 'A;B', givenNames: 'Zoé', birthDate: '1974-03-12' },
  ])
})

test('names every fault of a file at once, by line and column, and repeats no value', () => {
  const faults = faultsOf(() =>
    patients(
      'SP-1,274039900023115,CANARI,Zoé,1974-13-12,H,',
      ',,CANARI,Zoé,1974-03-12,,9',
      'SP-2,,CANARI,Zoé',
      'SP-3,,CANARI,Zoé,1974-03-12,,,extra',
      'SP-4,,CANARI,Zoé,1974-03-12,,',
      'sp-4 ,,CANARI,Zoé,1974-03-12,,',
    ),
  )
  expect(faults).toBe(
    [
      '2/matricule: wrong-key',
      '2/birth_date: not-a-date',
      '2/sex: not-allowed',
      '3/file_number: missing',
      '3/birthplace: wrong-format',
      '4: too-few-fields',
      '5: too-many-fields',
      '7/file_number: duplicate',
    ].join('; '),
  )
  expect(faults).not.toContain('CANARI')
})

test('refuses a file without a header and does not repeat its first line', () => {
  const faults = faultsOf(() => readPatients(Buffer.from('CANARI,Zoé\nMARTIN,Léo\n')))
  expect(faults).toContain('1/file_number: missing-column')
  expect(faults).not.toContain('CANARI')
})

test.each([
  ['another encoding', Buffer.from('file_number\nDUPR\xe9', 'latin1'), '1: not-utf-8'],
  ['quotes that do not match', Buffer.from(`${header}\nSP-1,,"CANARI,x,1974-01-01,,\n`), '2: not-csv'],
  ['a header and nothing else', Buffer.from(`${header}\n`), '1: empty'],
])('refuses %s', (_what, content, fault) => {
  expect(faultsOf(() => readPatients(content))).toBe(fault)
})

const consentHeader =
  'file_number,purpose,status,channel,decided_at,evidence,legal_basis,decided_by,expires_at'
const consents = (...lines: string[]) =>
  readConsents(Buffer.from([consentHeader, ...lines].join('\n')), (file) =>
    file === 'form.pdf' ? Promise.resolve('ab'.repeat(32)) : Promise.reject(new Error('no such file')),
  )

test('reads decisions; a day means its beginning, evidence its digest', async () => {
  const [line] = await consents(
    'SP-1,digitisation,granted,paper,2026-09-04,form.pdf,,,2030-01-01T00:00:00+01:00',
  )
  expect(line).toMatchObject({
    fileNumber: 'SP-1',
    decision: {
      status: 'granted',
      evidenceSha256: 'ab'.repeat(32),
      decidedAt: new Date('2026-09-04T00:00:00Z'),
      expiresAt: new Date('2029-12-31T23:00:00Z'),
    },
  })
})

test('a day that no calendar has is a fault, not the next month', async () => {
  const reading = consents('SP-1,digitisation,granted,paper,2026-02-30,,,,2026-02-31T08:00:00Z')
  await expect(reading).rejects.toMatchObject({
    facts: { faults: '2/decided_at: not-a-time; 2/expires_at: not-a-time' },
  })
})

test('names nobody as the physician who decided: an opaque id only', async () => {
  const line = (physician: string) =>
    consents(`SP-1,digitisation,not-required,paper,2026-09-04,,public-task,${physician},`)
  await expect(line('Dr Canari')).rejects.toMatchObject({ facts: { faults: '2/decided_by: wrong-format' } })
  expect((await line('med-07'))[0]?.decision.decidedBy).toBe('med-07')
})

test('names every fault of a file of decisions at once', async () => {
  const reading = consents(
    'SP-1,digitisation,perhaps,paper,yesterday,,,,',
    'SP-2,digitisation,not-required,paper,2026-09-04,,public-task,,',
    'SP-3,digitisation,granted,paper,2026-09-04,lost.pdf,,,',
  )
  await expect(reading).rejects.toMatchObject({
    code: 'import-invalid',
    facts: {
      count: 4,
      faults:
        '2/status: not-allowed; 2/decided_at: not-a-time; 3/legal_basis: basis-missing; 4/evidence: evidence-unreadable',
    },
  })
})
