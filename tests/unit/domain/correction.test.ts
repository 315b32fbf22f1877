import { describe, expect, test } from 'vitest'
import { correctedFindings, isSaid, readCorrection } from '../../../src/domain/correction.ts'
import { readDocumentTypes } from '../../../src/settings/document-types.ts'

const types = readDocumentTypes()
const read = (value: unknown) => readCorrection(Buffer.from(JSON.stringify(value)), types)

const found = {
  type: { code: 'visit', confidence: 0.7, page: 2 },
  date: { value: '2024-03-12', confidence: 0.5, page: 2 },
}

describe('a correction', () => {
  test.each([
    { type: 'visit' },
    { type: 'other' },
    { date: '2024-02-29' },
    { type: 'visit', date: '2024-03-12' },
  ])('is a known kind, a day, or both: %j', (said) => expect(read(said)).toEqual(said))

  test.each([
    {},
    { date: '12/03/2024' },
    { date: '2023-02-29' },
    { name: 'x' },
    { type: 3 },
    [],
    null,
    'visit',
  ])('is not %j', (said) =>
    expect(() => read(said)).toThrow(expect.objectContaining({ code: 'correction-invalid' })),
  )

  test('is no file that is not JSON', () => {
    expect(() => readCorrection(Buffer.from('type: visit'), types)).toThrow(
      expect.objectContaining({ code: 'correction-invalid' }),
    )
  })

  test('names the kinds that are known where it names another', () => {
    expect(() => read({ type: 'novel' })).toThrow(
      expect.objectContaining({
        code: 'document-type-unknown',
        facts: { codes: expect.stringContaining('other, letter, visit') },
      }),
    )
  })

  test('leaves alone what it does not speak of', () => {
    const corrected = correctedFindings(found, { date: '2024-03-13' })
    expect(corrected).toEqual({ type: found.type, date: { value: '2024-03-13', confidence: 1, page: null } })
  })

  test('is said already only where a person has said it', () => {
    expect(isSaid(found, { type: 'visit' })).toBe(false)
    const said = correctedFindings(found, { type: 'visit' })
    expect(isSaid(said, { type: 'visit' })).toBe(true)
    expect(isSaid(said, { type: 'letter' })).toBe(false)
    expect(isSaid(said, { type: 'visit', date: '2024-03-12' })).toBe(false)
    expect(isSaid({ type: null, date: null }, { date: '2024-03-12' })).toBe(false)
  })
})
