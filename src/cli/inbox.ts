import { setTimeout as sleep } from 'node:timers/promises'
import path from 'node:path'
import type { Command } from 'commander'
import { type InboxRound, tendInbox } from '../commands/tend-inbox.ts'
import { asFailure } from '../domain/failure.ts'
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

/** Rounds until told to stop. What goes wrong in one is said, and tried again in the next. */
async function watch(desk: Desk, { once }: { once?: true }, directory?: string): Promise<void> {
  const { inbox: configured } = await desk.settings()
  const house = await desk.house()
  const settings = { quietSeconds: 30, pollSeconds: 2, ...configured }
  const place = directory === undefined ? configured : { ...settings, directory: path.resolve(directory) }
  const folder = await house.hotFolder(place)
  const parts = { ...house.door(), folder, language: desk.language, organisationOf: house.organisationOf }
  const { inbox: say } = desk.say
  if (!once) desk.note(say.watching(place!.directory))
  do {
    try {
      const round = await tendInbox(parts)
      if (once || hasDone(round)) tell(desk, round)
    } catch (error) {
      if (once) throw error
      desk.note(sayFailure(asFailure(error), desk.language))
    }
    if (!once) await sleep(settings.pollSeconds * 1000, undefined, { signal: desk.signal }).catch(() => {})
  } while (!once && !desk.signal.aborted)
  if (!once) desk.note(say.stopped)
}

const hasDone = ({ submitted, givenBack, released, postponed }: InboxRound): boolean =>
  submitted + givenBack + released + postponed > 0

/** One line a round; with --json, one document a line. */
function tell(desk: Desk, round: InboxRound): void {
  const { submitted, givenBack, released, postponed } = round
  if (desk.json) console.log(JSON.stringify({ at: new Date(), ...round }))
  else desk.answer(round, () => desk.say.inbox.round(submitted, givenBack, released, postponed))
}
