import fc from 'fast-check'
import { expect, test } from 'vitest'
import { spread } from '../../bench/ocr/corpus.ts'
import { normalised, partsOf, scoreOf, summed } from '../../bench/ocr/scoring.ts'

test('a text read as it stands has no errors', () => {
  const truth = 'Nom de naissance : ÉVANGÉLINE\nN° 12'
  expect(scoreOf(truth, truth)).toMatchObject({ errors: 0, wordErrors: 0, letters: 35, words: 7 })
})

test('how lines are broken, and how accents are composed, is no error', () => {
  expect(scoreOf('à revoir\nen juin', 'a\u0300  revoir en\f\njuin\u00a0')).toMatchObject({ errors: 0 })
})

test('the shape of an apostrophe or a dash is no error; an accent or a capital is', () => {
  expect(scoreOf("l'avis - « oui »", 'l’avis – “ oui ”').errors).toBe(0)
  expect(scoreOf('Évaluer', 'evaluer').errors).toBe(1)
})

test('a letter too many, one too few and a wrong one count one each', () => {
  expect(scoreOf('plombémie', 'plombémiee').errors).toBe(1)
  expect(scoreOf('plombémie', 'plombmie').errors).toBe(1)
  expect(scoreOf('plombémie', 'plombèmie').errors).toBe(1)
})

test('words read in another order are word errors', () => {
  expect(scoreOf('un deux trois', 'un trois deux').wordErrors).toBe(2)
  expect(scoreOf('un deux trois', 'un deux').wordErrors).toBe(1)
})

test('a stamp that was read is no error, wherever in the text it was read', () => {
  const truth = 'Le salarié est apte à son poste sans aménagement.'
  const read = 'Le salarié est apte REÇU LE 12/03/2014 à son poste sans aménagement.'
  expect(scoreOf(truth, read).errors).toBeGreaterThan(15)
  expect(scoreOf(truth, read, ['REÇU LE', '12/03/2014']).errors).toBe(0)
  expect(scoreOf(truth, truth, ['REÇU LE', '12/03/2014']).errors).toBe(0)
})

test('what a stamp says is not taken out of the text where the text says it too', () => {
  const truth = 'Reçu le 12/03/2014'
  expect(scoreOf(truth, truth, ['12/03/2014']).errors).toBe(0)
})

test('of a day that is printed and stamped the stamped one is left out', () => {
  const truth = 'Visite du 12/03/2014. Apte à son poste.'
  const read = 'Visite du 12/03/2014. Apte REÇU LE 12/03/2014 à son poste.'
  expect(scoreOf(truth, read, ['REÇU LE', '12/03/2014']).errors).toBe(0)
})

test('pages count by their letters, not one each', () => {
  const short = { errors: 1, letters: 10, wordErrors: 1, words: 2 }
  const long = { errors: 0, letters: 990, wordErrors: 0, words: 198 }
  expect(summed([short, long])).toMatchObject({ cer: 0.001, wer: 0.005 })
})

/** Wagner and Fischer, 1974. */
function plainDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at)
  for (const [at, letter] of [...a].entries()) {
    const next = [at + 1]
    for (let column = 1; column <= b.length; column++)
      next.push(
        Math.min(
          row[column]! + 1,
          next[column - 1]! + 1,
          row[column - 1]! + (letter === b[column - 1] ? 0 : 1),
        ),
      )
    row = next
  }
  return row.at(-1)!
}
const text = fc.string({ unit: fc.constantFrom('a', 'b', 'é', 'c'), minLength: 1, maxLength: 120 })

test('errors are what the plain algorithm counts', () => {
  fc.assert(
    fc.property(text, text, (a, b) => {
      expect(scoreOf(a, b).errors).toBe(plainDistance(a, b))
    }),
  )
})

test('the part nearest to a pattern is as near as it is said to be, and no part with its end is nearer', () => {
  const short = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 1, maxLength: 12 })
  fc.assert(
    fc.property(short, short, (whole, pattern) => {
      for (const { from, to, errors } of partsOf(whole, pattern)) {
        expect(plainDistance(whole.slice(from, to), pattern)).toBe(errors)
        for (let start = 0; start <= to; start++)
          expect(plainDistance(whole.slice(start, to), pattern)).toBeGreaterThanOrEqual(errors)
      }
    }),
  )
})

test('normalising twice is normalising once', () => {
  fc.assert(
    fc.property(fc.string(), (words) => {
      expect(normalised(normalised(words))).toBe(normalised(words))
    }),
  )
})

test('a sample has pages of every kind before it has two of one', () => {
  const pages = ['a', 'a', 'a', 'b', 'b', 'c'].map((kind, id) => ({ kind, id }))
  expect(spread(pages, 3).map(({ id }) => id)).toEqual([0, 4, 5])
  expect(spread(pages, 4).map(({ id }) => id)).toEqual([0, 1, 4, 5])
  expect(spread(pages, 9)).toHaveLength(6)
})
