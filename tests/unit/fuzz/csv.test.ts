import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { readConsents } from '../../../src/cli/consent-file.ts'
import { readCsv } from '../../../src/cli/csv.ts'
import { Failure } from '../../../src/domain/failure.ts'
import { verdictOf } from './verdict.ts'

const shape = z.object({ file_number: z.string().max(20), note: z.string().optional() })
const header = 'file_number,purpose,status,channel,decided_at'
const named = ['accepted', 'import-invalid']
const cells = fc.array(
  fc.array(
    fc.oneof(
      fc.string({ unit: 'binary', maxLength: 12 }),
      fc.constantFrom('"', '""', '\r\n', '#', '\ufeff', ';'),
    ),
    {
      maxLength: 6,
    },
  ),
  { maxLength: 6 },
)
const tables = cells.map((rows) => rows.map((row) => row.join(',')).join('\n'))

describe('a register to import, whatever it holds,', () => {
  test('is accepted or refused as import-invalid', () => {
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 200 }), tables), (content) => {
        const bytes = Buffer.from(content as string)
        expect(named).toContain(verdictOf(() => readCsv(bytes, shape)))
        expect(named).toContain(
          verdictOf(() => readCsv(Buffer.concat([Buffer.from('file_number;note\n'), bytes]), shape)),
        )
      }),
    )
  })

  test('of consents is accepted or refused as import-invalid, and what it says is not repeated', async () => {
    await fc.assert(
      fc.asyncProperty(tables, async (table) => {
        const content = Buffer.from(`${header}\n${table}\nMARTIN,digitisation,granted,MARTIN,MARTIN`)
        const refused = await readConsents(content, () => Promise.reject(new Error('none'))).catch(
          (e: unknown) => e,
        )
        expect(refused).toBeInstanceOf(Failure)
        expect((refused as Failure).code).toBe('import-invalid')
        expect(String(refused)).not.toContain('MARTIN')
      }),
    )
  })
})
