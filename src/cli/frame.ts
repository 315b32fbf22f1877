import { type Command, InvalidArgumentError, Option } from 'commander'
import { z } from 'zod'
import { type Facts, Failure } from '../domain/failure.ts'
import { Actor } from '../domain/custody.ts'
import { BatchId, DocumentId, PatientId } from '../domain/ids.ts'
import type { Desk } from './desk.ts'
import type { Help } from './help.ts'
import type { Misuse } from './refusal.ts'

/** Does the work of a command. A number is its exit code, when it is not 0. */
export type Work<Options, Args extends string[]> = (
  desk: Desk,
  options: Options,
  ...args: Args
) => Promise<number | void>

/** What commands are declared with. */
export type Frame = {
  readonly help: Help
  /** Turns work into the action of a command. */
  readonly act: <Options, Args extends string[]>(
    work: Work<Options, Args>,
  ) => (...given: unknown[]) => Promise<void>
}

/** @throws Failure usage */
export const misuse = (reason: Misuse, detail = '', more: Facts = {}): Failure =>
  new Failure('usage', { reason, ...(detail ? { detail } : {}), ...more })

/** A key that was given is none; any other failure goes on. @throws Failure */
export function refuseKey(error: unknown): never {
  const isKey = error instanceof Failure && error.facts['reason'] === 'verifier-key-malformed'
  throw isKey ? misuse('not-a-key') : error
}

/** Refuses a value of an option; the library adds which option it was. */
const refuse = (reason: Misuse): never => {
  throw new InvalidArgumentError(reason)
}

const byShape =
  <Shape extends z.ZodType>(shape: Shape, reason: Misuse) =>
  (text: string): z.infer<Shape> => {
    const { success, data } = shape.safeParse(text)
    return success ? data : refuse(reason)
  }

export const batchId = byShape(BatchId, 'not-an-id')
export const documentId = byShape(DocumentId, 'not-an-id')
export const patientId = byShape(PatientId, 'not-an-id')
/** Somebody, by an opaque id: a name has no place among the arguments of a process. */
export const somebody = byShape(Actor, 'not-an-actor')
/** An id of anything of ours. */
export const anyId = byShape(z.uuid(), 'not-an-id')

/** A whole number from 1. */
export const count = (text: string): number =>
  /^[1-9]\d{0,8}$/.test(text) ? Number(text) : refuse('not-a-number')

/** A whole number from 0. */
export const whole = (text: string): number =>
  /^(0|[1-9]\d{0,14})$/.test(text) ? Number(text) : refuse('not-a-number')

/** `HOST:PORT`, where a server listens. */
export const listening = (text: string): { host: string; port: number } => {
  const [, host, port] = /^\[?([^\]]+)\]?:(\d{1,5})$/.exec(text) ?? []
  return host && Number(port) < 65_536 ? { host, port: Number(port) } : refuse('not-allowed')
}

/** `YYYY-MM-DD` */
export const day = (text: string): string =>
  z.iso.date().safeParse(text).success ? text : refuse('not-a-day')

/** A day (its beginning, UTC) or an RFC 3339 time with its offset. */
export const time = (text: string): Date => momentOf(text) ?? refuse('not-a-time')

export function momentOf(text: string): Date | undefined {
  const shape = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2}))?$/
  const moment = new Date(text)
  // Date takes 31 February for 3 March.
  const isDay = z.iso.date().safeParse(text.slice(0, 10)).success
  return shape.test(text) && isDay && !Number.isNaN(moment.getTime()) ? moment : undefined
}

export const sha256 = (text: string): string =>
  /^[0-9a-fA-F]{64}$/.test(text) ? text.toLowerCase() : refuse('not-a-digest')

export const words = (text: string): string[] =>
  text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '')

/** An option that takes one of some values. */
export const oneOf = (flags: string, description: string, choices: readonly string[]): Option =>
  new Option(flags, description).choices(choices)

/** An option that must be given. */
export const required = (flags: string, description: string): Option =>
  new Option(flags, description).makeOptionMandatory()

/** A noun: it says what it can do when no verb is given. */
export const noun = (program: Command, name: string, description: string): Command =>
  program.command(name).description(description).helpCommand(false)
