import { expect, test } from 'vitest'
import { typeset, typesetAll } from '../../../src/domain/typography.ts'

test('puts unbreakable spaces before French punctuation and inside guillemets', () => {
  expect(typeset('Attention : « oui » ; non ! quoi ?', 'fr')).toBe(
    'Attention\u00a0: «\u00a0oui\u00a0»\u202f; non\u202f! quoi\u202f?',
  )
})

test('curves apostrophes of French words only', () => {
  expect(typeset("l'hébergeur n'a pas « l'accord »", 'fr')).toContain('l’hébergeur n’a pas')
  expect(typeset("cat 'X.key'", 'fr')).toBe("cat 'X.key'")
})

test('gives English its own quotation marks', () => {
  expect(typeset('run « scelle init » again', 'en')).toBe('run “scelle init” again')
})

test('changes nothing that is typeset already', () => {
  const once = typeset("l'un : « deux » ; trois", 'fr')
  expect(typeset(once, 'fr')).toBe(once)
})

test('typesets what functions and lists of a table say', () => {
  const table = typesetAll({ say: (it: string) => `il manque : ${it}`, all: ['a : b'] }, 'fr')
  expect(table.say('x')).toBe('il manque\u00a0: x')
  expect(table.all).toEqual(['a\u00a0: b'])
})
