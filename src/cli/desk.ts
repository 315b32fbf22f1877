import { pino } from 'pino'
import type { z } from 'zod'
import type { House } from '../compose.ts'
import { Actor } from '../domain/custody.ts'
import { Failure } from '../domain/failure.ts'
import { OrganisationId } from '../domain/ids.ts'
import { loadSettings } from '../settings/load.ts'
import type { Settings } from '../settings/settings.ts'
import { openProgress, type Progress } from './progress.ts'
import type { Misuse } from './refusal.ts'
import { type Say, sayIn } from './say.ts'
import type { Language } from './typography.ts'

/** What a command works with; the house is built when it is first asked for. */
export type Desk = {
  readonly language: Language
  readonly say: Say
  /** Answers in JSON instead of words. */
  readonly json: boolean
  readonly actor: Actor
  /** The organisation that the command line itself names, for commands that otherwise see all of them. */
  readonly onlyOrganisation: OrganisationId | undefined
  /** Where the configuration is, or would be. */
  readonly configFile: string
  /** Aborted by Ctrl-C or SIGTERM; a second one ends the process at once. A command that never asks for it just ends. */
  readonly signal: AbortSignal
  /** Columns of the terminal; no limit when there is none. */
  readonly width: number
  settings(): Promise<Settings>
  house(): Promise<House>
  /** The organisation that the command acts for. @throws Failure organisation-missing */
  organisation(): Promise<OrganisationId>
  /** The command's answer: the value as JSON, or its words. Once. */
  answer(value: unknown, words: () => string): void
  /** A line beside the answer, on standard error. */
  note(words: string): void
  progress(title: string): Progress
  close(): Promise<void>
}

export type DeskOptions = {
  readonly language: Language
  readonly json: boolean
  readonly actor: string | undefined
  readonly organisation: string | undefined
  readonly configFile: string
}

export function openDesk(options: DeskOptions): Desk {
  const { language, json, configFile } = options
  let interrupted: AbortController | undefined
  const settings = remembered(async (): Promise<Settings> => {
    const read = await loadSettings(configFile)
    return options.organisation
      ? { ...read, organisation: parsed(OrganisationId, options.organisation, 'not-an-id', '--organisation') }
      : read
  })
  let opened: House | undefined
  const house = remembered(async () => {
    const { compose } = await import('../compose.ts')
    opened = compose(await settings(), pino({ level: 'silent' }))
    // What a command orders or records must not be dated by a machine whose clock is wrong.
    await opened.followTime()
    return opened
  })
  const out = (words: string) => void process.stdout.write(`${words}\n`)
  return {
    language,
    say: sayIn(language),
    json,
    configFile,
    onlyOrganisation:
      options.organisation === undefined
        ? undefined
        : parsed(OrganisationId, options.organisation, 'not-an-id', '--organisation'),
    actor: parsed(Actor, options.actor ?? 'cli', 'not-an-actor', '--actor'),
    get signal() {
      return (interrupted ??= hearingSignals()).signal
    },
    width: process.stdout.isTTY ? process.stdout.columns : Number.POSITIVE_INFINITY,
    settings,
    house,
    async organisation() {
      const { organisation } = await settings()
      if (!organisation) throw new Failure('organisation-missing')
      return organisation as OrganisationId
    },
    answer: (value, words) => out(json ? JSON.stringify(value, null, 2) : words()),
    note: (words) => void process.stderr.write(`${words}\n`),
    progress: (title) => openProgress(process.stderr, title),
    close: async () => opened?.close(),
  }
}

function hearingSignals(): AbortController {
  const controller = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => controller.abort())
  return controller
}

function remembered<Value>(make: () => Promise<Value>): () => Promise<Value> {
  let made: Promise<Value> | undefined
  return () => (made ??= make())
}

/** @throws Failure usage */
export function parsed<Shape extends z.ZodType>(
  shape: Shape,
  value: unknown,
  reason: Misuse,
  detail: string,
): z.infer<Shape> {
  const result = shape.safeParse(value)
  if (!result.success) throw new Failure('usage', { reason, detail })
  return result.data
}
