import { describe, expect, test } from 'vitest'
import { correctedFindings, notYetSaid, readCorrection } from '../../../src/domain/correction.ts'
import { type DocumentId, newId } from '../../../src/domain/ids.ts'
import { readDocumentTypes } from '../../../src/settings/document-types.ts'

const types = readDocumentTypes()
const id = newId<DocumentId>(new Date(0))
const read = (value: unknown) => readCorrection(Buffer.from(JSON.stringify(value)), types, id)

const found = {
  type: { code: 'visit', confidence: 0.7, page: 2 },
  date: { value: '2024-03-12', confidence: 0.5, page: 2 },
  corrections: [],
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
    expect(() => readCorrection(Buffer.from('type: visit'), types, id)).toThrow(
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
    expect(notYetSaid(found, { type: 'visit' })).toEqual({ type: 'visit' })
    const said = { ...correctedFindings(found, { type: 'visit' }), corrections: [] }
    expect(notYetSaid(said, { type: 'visit' })).toBeUndefined()
    expect(notYetSaid(said, { type: 'letter' })).toEqual({ type: 'letter' })
    expect(notYetSaid(said, { type: 'visit', date: '2024-03-12' })).toEqual({ date: '2024-03-12' })
    const nothing = { type: null, date: null, corrections: [] }
    expect(notYetSaid(nothing, { date: '2024-03-12' })).toEqual({ date: '2024-03-12' })
  })
})

describe('words of a correction', () => {
  const words = (...some: unknown[]) => read({ words: some }).words

  test('have a place that names its page, and a text in one line', () => {
    expect(
      words({ place: 'line_2_1_3', text: '  Apte   sous réserve ' }, { place: 'unread_12_1', text: '' }),
    ).toEqual([
      { page: 2, place: 'line_2_1_3', text: 'Apte sous réserve' },
      { page: 12, place: 'unread_12_1', text: '' },
    ])
  })

  test('may be the list of doubts, of which places without a text are passed over', () => {
    const listed = {
      page: 1,
      place: 'line_1_1_1',
      is: 'doubtful',
      box: [0, 0, 1, 1],
      read: 'Apte',
      doubts: ['Apte'],
    }
    const list = {
      document: id,
      words: [
        { ...listed, text: 'Inapte' },
        { ...listed, place: 'unread_1_1' },
      ],
    }
    expect(read(list)).toEqual({ words: [{ page: 1, place: 'line_1_1_1', text: 'Inapte' }] })
  })

  test.each([
    ['correction-invalid', [{ place: 'line_1_1_1' }]],
    ['correction-invalid', [{ text: 'Apte' }]],
    ['correction-invalid', [{ place: 'Jean Martin', text: 'Apte' }]],
    ['correction-invalid', [{ place: 'line_1_1_1', text: 3 }]],
    ['correction-invalid', [{ place: 'line_1_1_1', text: 'Apte', by: 'me' }]],
    ['correction-place-unknown', [{ page: 2, place: 'line_1_1_1', text: 'Apte' }]],
    ['correction-place-twice', [1, 2].map(() => ({ place: 'line_1_1_1', text: 'Apte' }))],
    ['correction-text-too-long', [{ place: 'line_1_1_1', text: 'a'.repeat(2_001) }]],
    ...['a\nb', 'a\tb', 'a\u0000', '\u001b[2J', 'a\u2028b', 'a\u202eb', '\ud800'].map(
      (text) => ['correction-text-unfit', [{ place: 'unread_1_1', text }]] as const,
    ),
  ] as const)('are refused with %s, and a fact that is none of their content', (code, some) => {
    const refused = expect.objectContaining({ code, message: expect.not.stringMatching(/Apte|Martin|aaa/) })
    expect(() => words(...some)).toThrow(refused)
  })

  test('of another document are refused', () => {
    const other = newId<DocumentId>(new Date(1))
    expect(() => read({ document: other, type: 'visit' })).toThrow(
      expect.objectContaining({ code: 'correction-of-another', facts: { documentId: id } }),
    )
  })

  test('are said already where the latest correction of the place says the same', () => {
    const by = { at: '2024-03-12T00:00:00Z', by: 'clerk' }
    const [one, other] = [
      { page: 1, place: 'line_1_1_1', text: 'Apte' },
      { page: 1, place: 'unread_1_1', text: '' },
    ]
    const corrections = [
      { ...by, words: [one, other] },
      { ...by, words: [{ ...one, text: 'Inapte' }] },
    ]
    const said = { ...found, corrections }
    expect(notYetSaid(said, { words: [other] })).toBeUndefined()
    expect(notYetSaid(said, { words: [one, other] })).toEqual({ words: [one] })
  })
})
