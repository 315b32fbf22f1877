import type { Command } from 'commander'
import { describe, expect, test } from 'vitest'
import type { Desk } from '../../../src/cli/desk.ts'
import { commandTree } from '../../../src/cli/program.ts'
import { en as sayEn } from '../../../src/cli/say-en.ts'
import { fr as sayFr } from '../../../src/cli/say-fr.ts'
import { en as failuresEn } from '../../../src/domain/failures-en.ts'
import { fr as failuresFr } from '../../../src/domain/failures-fr.ts'

const program = commandTree(
  'fr',
  () => ({}) as Desk,
  () => {},
)

/** Every sentence of a table; of a function, its source. */
const sentencesOf = (texts: unknown): string[] =>
  typeof texts === 'object' && texts !== null ? Object.values(texts).flatMap(sentencesOf) : [String(texts)]

/** What is named as `« scelle … »`, word by word; a place to fill in, as `${id}`, is one word. */
const namedIn = (texts: unknown): string[][] =>
  sentencesOf(texts).flatMap((sentence) =>
    [...sentence.matchAll(/« scelle ([^»]+) »/g)].map(([, words]) =>
      words!.replaceAll(/\$\{[^}]*\}/g, 'X').split(' '),
    ),
  )

/** The command that the words begin with, and the words that are left. */
function found(words: readonly string[], command: Command = program): { command: Command; rest: string[] } {
  const below = command.commands.find((one) => one.name() === words[0])
  return below ? found(words.slice(1), below) : { command, rest: [...words] }
}

describe.each([
  ['French', [sayFr, failuresFr]],
  ['English', [sayEn, failuresEn]],
])('in %s', (_language, texts) => {
  const named = namedIn(texts)

  test('every command that a sentence names exists, with the options that it names', () => {
    expect(named.length).toBeGreaterThan(40)
    for (const words of named) {
      const { command, rest } = found(words)
      const options = command.options.map(({ long }) => long)
      for (const word of rest.filter((one) => one.startsWith('--')))
        expect([...options, '--help'], words.join(' ')).toContain(word)
      const isWhole = command.commands.length === 0 || rest.includes('--help') || rest[0] === 'X'
      expect(isWhole, words.join(' ')).toBe(true)
    }
  })
})

test.each([
  ['French', failuresFr],
  ['English', failuresEn],
])('in %s, what to do next is a command with all that it needs', (_language, texts) => {
  for (const words of namedIn(texts)) {
    const { command, rest } = found(words)
    const needed = command.registeredArguments.filter(({ required }) => required)
    const given = rest.filter((word) => !word.startsWith('-'))
    expect(given.length, words.join(' ')).toBeGreaterThanOrEqual(needed.length)
  }
  for (const { todo } of Object.values(texts)) expect(todo).not.toMatch(/« (show|list) »/)
})
