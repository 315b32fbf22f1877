import { expect, test } from 'vitest'
import { pairs, table } from '../../../src/cli/table.ts'

test('puts cells below their headings and says what is empty', () => {
  expect(
    table(
      ['id', 'état'],
      [
        ['a1', 'retenu'],
        ['b', null],
      ],
    ),
  ).toBe(['id  état', '──  ──────', 'a1  retenu', 'b   —'].join('\n'))
})

test('breaks rows into blocks rather than cut an identifier', () => {
  const id = '019a1b2c-3d4e-7f50-8a6b-7c8d9e0f1a2b'
  const narrow = table(['identifiant', 'état'], [[id, 'clos']], 40)
  expect(narrow).toBe(`identifiant  ${id}\nétat         clos`)
})

test('shows zero as zero', () => {
  expect(pairs([['retenus', 0]])).toBe('retenus  0')
})
