import { execFileSync } from 'node:child_process'
import type { Command, CommanderError } from 'commander'
import { describe, expect, test } from 'vitest'
import { completionScript } from '../../../src/cli/completion.ts'
import type { Desk } from '../../../src/cli/desk.ts'
import { commandNamed, commandTree, failureOf } from '../../../src/cli/program.ts'
import type { Language } from '../../../src/cli/typography.ts'

const tree = (language: Language = 'fr'): Command =>
  commandTree(
    language,
    () => ({ close: async () => {} }) as Desk,
    () => {},
  ).configureOutput({ writeErr: () => {} })

const all = (command: Command): Command[] => [command, ...command.commands.flatMap(all)]

async function refused(...args: string[]) {
  const error = await tree()
    .parseAsync(args, { from: 'user' })
    .then(
      () => undefined,
      (refusal: CommanderError) => refusal,
    )
  return error && failureOf(error)?.facts
}

test('has every command of the manual', () => {
  const paths = all(tree()).flatMap((command) =>
    command.parent?.parent ? [`${command.parent.name()} ${command.name()}`] : [],
  )
  expect(paths.toSorted()).toEqual(
    [
      ...['organisation', 'contract', 'host'].flatMap((noun) => [
        `${noun} add`,
        `${noun} list`,
        `${noun} show`,
      ]),
      ...['patient import', 'patient list', 'patient show'],
      ...['consent import', 'consent set', 'consent show'],
      ...['batch submit', 'batch list', 'batch show', 'batch attestation', 'batch release', 'batch reject'],
      'inbox watch',
      'cover-sheet print',
      ...[
        'document list',
        'document show',
        'document attribute',
        'document retry',
        'document reject',
        'document returns',
        'document fetch',
        'document text',
        'document findings',
        'document correct',
        'document export-sealed',
      ],
      ...['ledger verify', 'ledger show', 'storage probe'],
      ...['status', 'proof', 'check-proof', 'request', 'cosign', 'recover'].map((verb) => `ledger ${verb}`),
      ...['init', 'show', 'serve', 'look', 'sign'].map((verb) => `witness ${verb}`),
      ...['evidence status', 'evidence verify'],
      ...['proof document', 'proof batch', 'proof patient'],
      ...['status', 'rotate', 'rewrap', 'retire', 'escrow', 'recover'].map((verb) => `keys ${verb}`),
      ...['queue status', 'queue failed', 'queue retry', 'queue rebuild'],
    ].toSorted(),
  )
})

describe.each(['fr', 'en'] as const)('in %s', (language) => {
  test('describes every command, argument and option', () => {
    for (const command of all(tree(language))) {
      expect(command.description(), command.name()).not.toBe('')
      for (const item of [...command.options, ...command.registeredArguments])
        expect(item.description, `${command.name()} ${item.name()}`).not.toBe('')
    }
  })
})

test('says nothing in English in French help', () => {
  for (const command of all(tree('fr'))) {
    expect(command.helpInformation()).not.toMatch(
      /\b(Usage:|Options:|Commands:|Arguments:|default|choices|display)\b/,
    )
  }
})

test('takes common options before and after the command', async () => {
  for (const args of [
    ['--json', 'queue', 'status'],
    ['queue', 'status', '--json'],
  ]) {
    const opened: unknown[] = []
    const program = commandTree(
      'fr',
      (options) => {
        opened.push(options.json)
        throw new Error('far enough')
      },
      () => {},
    )
    await expect(program.parseAsync(args, { from: 'user' })).rejects.toThrow('far enough')
    expect(opened).toEqual([true])
  }
})

test.each([
  [['batch', 'shew'], { reason: 'unknown-command', detail: 'shew' }],
  [['batch', 'show'], { reason: 'missing-argument', detail: 'ID' }],
  [['batch', 'list', '--since'], { reason: 'unknown-option', detail: '--since' }],
  [['patient', 'list', '--name=CANARI'], { reason: 'unknown-option', detail: '--name' }],
  [['batch', 'list', '--limit'], { reason: 'option-needs-value', detail: '--limit <N>' }],
  [['ledger', 'show', '--last', '0'], { reason: 'not-a-number', detail: '--last <N>' }],
  [['cover-sheet', 'print', '--batch', 'L'], { reason: 'missing-option', detail: '--out <FILE>' }],
  [['ledger', 'verify', 'now'], { reason: 'too-many-arguments' }],
  [['contract', 'add', '--starts-on', '2026-02-31'], { reason: 'not-a-day' }],
  [['consent', 'set', '--decided-at', '2026-02-31'], { reason: 'not-a-time' }],
  [['consent', 'set', '--decided-by', 'Dr CANARI'], { reason: 'not-an-actor', detail: '--decided-by <ID>' }],
])('says how %j is misused', async (args, facts) => {
  expect(await refused(...args)).toMatchObject(facts)
})

test('does not repeat what was typed for an id or a choice: it may be a name', async () => {
  expect(await refused('batch', 'show', 'CANARI')).toEqual({ reason: 'not-an-id', detail: 'ID' })
  expect(await refused('batch', 'list', '--state', 'CANARI')).toEqual({
    reason: 'not-a-choice',
    detail: '--state <STATE>',
    choices: 'received, registered, composed, held, rejected, closed',
  })
})

test('knows which command some arguments name', () => {
  expect(commandNamed(tree(), ['--json', 'batch', 'show', '019a'])).toBe('batch show')
  expect(commandNamed(tree(), ['--json'])).toBe('')
})

test.each(['bash', 'zsh', 'fish'] as const)('completes every noun and verb in %s', (shell) => {
  const script = completionScript(tree(), shell)
  for (const command of all(tree()).slice(1)) expect(script).toContain(command.name())
})

describe('completion in bash', () => {
  /** What is offered after these words. */
  const offered = (...words: string[]): string[] => {
    const script = `${completionScript(tree(), 'bash')}
      COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _scelle; printf '%s\\n' "\${COMPREPLY[@]}"`
    return execFileSync('bash', ['-c', script, 'bash', 'scelle', ...words], { encoding: 'utf8' })
      .split('\n')
      .filter((word) => word !== '')
  }

  test('goes on after an option and its value as if they were not there', () => {
    expect(offered('--config', 'my.json', 'queue', '')).toEqual(['status', 'failed', 'retry', 'rebuild'])
    expect(offered('--config=my.json', 'ba')).toEqual(['batch'])
    expect(offered('queue', '--lang', 'fr', 're')).toEqual(['retry', 'rebuild'])
  })

  test('offers the choices of an option, and leaves any other value to file names', () => {
    expect(offered('--lang', '')).toEqual(['fr', 'en'])
    expect(offered('batch', 'list', '--state', 'c')).toContain('composed')
    expect(offered('--config', '')).toEqual([])
  })

  test('lists that have pages can be turned', () => {
    for (const noun of ['batch', 'document', 'patient'])
      expect(offered(noun, 'list', '--a')).toContain('--after')
  })
})
