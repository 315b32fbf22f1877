import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import path from 'node:path'
import type { Command } from 'commander'
import { type InboxRound, tendInbox } from '../commands/tend-inbox.ts'
import { asFailure, Failure } from '../domain/failure.ts'
import type { Desk } from './desk.ts'
import { type Frame, noun } from './frame.ts'
import { sayFailure } from './refusal.ts'

export function addInbox(program: Command, { help: { inbox: help }, act }: Frame): void {
  noun(program, 'inbox', help.noun)
    .command('watch')
    .description(help.watch)
    .argument('[DIR]', help.directory)
    .option('--once', help.once)
    .action(act(watch))
}

async function watch(desk: Desk, { once }: { once?: true }, directory?: string): Promise<void> {
  const { inbox: configured } = await desk.settings()
  const house = await desk.house()
  const settings = { quietSeconds: 30, pollSeconds: 2, ...configured }
  const place = directory === undefined ? configured : { ...settings, directory: path.resolve(directory) }
  const folder = await house.hotFolder(place)
  const parts = { ...house.door(), folder, language: desk.language, organisationOf: house.organisationOf }
  if (once) {
    const round = await tendInbox(parts)
    tell(desk, round)
    return noteCauses(desk, round.causes)
  }
  desk.note(desk.say.inbox.watching(place!.directory))
  await keepWatching(desk, () => tendInbox(parts), settings.pollSeconds * 1000)
  desk.note(desk.say.inbox.stopped)
}

/** Rounds until told to stop. What goes wrong in one, and why folders wait, is said once, and tried again in the next. */
async function keepWatching(desk: Desk, tend: () => Promise<InboxRound>, pollMs: number): Promise<void> {
  const { presence, clock } = await desk.house()
  const self = {
    ...{ id: randomUUID(), queue: 'inbox', host: hostname(), pid: process.pid },
    startedAt: clock.now(),
    places: 1,
  }
  let trouble: string | undefined
  while (!desk.signal.aborted) {
    try {
      await presence().beat(self)
      const round = await tend()
      const causes = round.causes.map(({ code }) => code).join(' ')
      if (hasDone(round) || (round.postponed > 0 && causes !== trouble)) tell(desk, round)
      if (causes !== trouble) noteCauses(desk, round.causes)
      trouble = causes
    } catch (error) {
      const failure = asFailure(error)
      if (failure.code !== trouble) desk.note(sayFailure(failure, desk.language))
      trouble = failure.code
    }
    await sleep(pollMs, undefined, { signal: desk.signal }).catch(() => {})
  }
  await presence()
    .leave(self.id)
    .catch(() => {})
}

const hasDone = ({ submitted, givenBack, released }: InboxRound): boolean =>
  submitted + givenBack + released > 0

/** Why folders wait, and what to do about it. */
function noteCauses(desk: Desk, causes: InboxRound['causes']): void {
  for (const { code, facts } of causes) desk.note(sayFailure(new Failure(code, facts), desk.language))
}

/** One line a round; with --json, one document a line. */
function tell(desk: Desk, round: InboxRound): void {
  const { submitted, givenBack, released, postponed } = round
  if (desk.json) console.log(JSON.stringify({ at: new Date(), ...round }))
  else desk.answer(round, () => desk.say.inbox.round(submitted, givenBack, released, postponed))
}
