import path from 'node:path'
import type { Command } from 'commander'
import { logKeys } from '../commands/check-entry-proof.ts'
import {
  answerOf,
  type WitnessDesk,
  type Witnessed,
  witnessHead,
  witnessPublished,
} from '../commands/witness-head.ts'
import type { Desk } from './desk.ts'
import { readInput, refuseExisting, writeNew } from './files.ts'
import { type Frame, listening, noun, refuseKey, required } from './frame.ts'
import { pairs, table } from './table.ts'
import { number } from './typography.ts'
import { asFailure, Failure } from '../domain/failure.ts'

type Own = { readonly key: string; readonly state: string }
type OfLogs = Own & { readonly log: string[] }

/** Everything of a witness: it has no configuration, knows no house, and runs where nobody of the house has a key. */
export function addWitness(program: Command, { help: { witness: help }, act }: Frame): void {
  const witness = noun(program, 'witness', help.noun)
  const own = (name: string, description: string): Command =>
    witness
      .command(name)
      .description(description)
      .addOption(required('--key <FILE>', help.key))
      .addOption(required('--state <DIR>', help.state))
  const ofLogs = (name: string, description: string): Command =>
    own(name, description).addOption(required('--log <KEY...>', help.log))
  own('init', help.init).addOption(required('--name <NAME>', help.name)).action(act(init))
  own('show', help.show).action(act(show))
  ofLogs('serve', help.serve).option('--listen <HOST:PORT>', help.listen, listening).action(act(serve))
  ofLogs('look', help.look)
    .argument('<PLACE>', help.place)
    .option('--out <FILE>', help.out)
    .action(act((desk, given: OfLogs & { out?: string }, place: string) => look(desk, given, place)))
  ofLogs('sign', help.sign)
    .argument('<FILE>', help.request)
    .option('--out <FILE>', help.out)
    .action(act((desk, given: OfLogs & { out?: string }, file: string) => sign(desk, given, file)))
}

const tools = async () => (await import('../witnesses.ts')).witnessTools

async function deskOf({ key, state, log }: OfLogs): Promise<WitnessDesk> {
  const { openSigner, openState } = await tools()
  // The machine's own time: a witness asks nobody.
  return {
    signer: openSigner(key),
    state: openState(state),
    logs: keysOf(log),
    clock: { now: () => new Date() },
  }
}

function keysOf(texts: readonly string[]): ReturnType<typeof logKeys> {
  try {
    return logKeys(texts)
  } catch (error) {
    return refuseKey(error)
  }
}

async function init(desk: Desk, { key, state, name }: Own & { name: string }): Promise<void> {
  const { createKey, createState, openSigner, verifierKey } = await tools()
  createKey(key, name)
  await createState(state)
  const verifier = verifierKey(openSigner(key))
  desk.answer({ name, key: verifier }, () => [`✓ ${desk.say.witness.made(name)}`, verifier].join('\n'))
}

async function show(desk: Desk, { key, state }: Own): Promise<void> {
  const { openSigner, openState, verifierKey } = await tools()
  const verifier = verifierKey(openSigner(key))
  const { heads } = await openState(state).read()
  const logs = [...heads].map(([origin, { size, root }]) => ({ origin, size, root: root.toString('base64') }))
  const { witness: say } = desk.say
  desk.answer({ key: verifier, logs }, () =>
    [
      pairs([[say.verifierKey, verifier]]),
      table(
        say.columns,
        logs.map(({ origin, size, root }) => [origin, number(size, desk.language), root]),
        desk.width,
      ),
    ].join('\n\n'),
  )
}

async function serve(
  desk: Desk,
  {
    listen = { host: '127.0.0.1', port: 8471 },
    ...given
  }: OfLogs & { listen?: { host: string; port: number } },
): Promise<void> {
  const { serve: open } = await tools()
  const witness = await deskOf(given)
  // What is missing is told now, not when somebody asks.
  await witness.state.read()
  const server = await open({
    ...listen,
    state: witness.state,
    answer: async (request) => {
      const said = await witnessHead(request, witness)
      const sizes = said.status === 200 ? ` ${said.origin} ${said.size}` : ` ${said.reason}`
      desk.note(`${new Date().toISOString()} ${said.status}${sizes}`)
      return answerOf(said)
    },
    report: (error) => desk.note(`${new Date().toISOString()} 500 ${asFailure(error).code}`),
  })
  desk.note(desk.say.witness.listening(listen.host, server.port))
  await new Promise<void>((resolve) => {
    if (desk.signal.aborted) resolve()
    desk.signal.addEventListener('abort', () => resolve())
  })
  await server.close()
}

async function look(desk: Desk, given: OfLogs & { out?: string }, place: string): Promise<void> {
  const { openLog } = await tools()
  const witness = await deskOf(given)
  await tell(desk, given.out, () => witnessPublished(openLog(place), witness))
}

async function sign(desk: Desk, given: OfLogs & { out?: string }, file: string): Promise<void> {
  const witness = await deskOf(given)
  const request = (await readInput(file)).toString()
  await tell(desk, given.out, () => witnessHead(request, witness))
}

/** The head with both signatures, into a file or on standard output. @throws Failure witness-refused */
async function tell(
  desk: Desk,
  out: string | undefined,
  work: () => ReturnType<typeof witnessHead>,
): Promise<void> {
  if (out) await refuseExisting(out)
  const said = await work()
  if (said.status !== 200) throw new Failure('witness-refused', { witness: '-', reason: said.reason })
  const { origin, size, note }: Witnessed = said
  if (out) await writeNew(out, note)
  const file = out ? { file: path.resolve(out) } : { note }
  desk.answer({ origin, size, ...file }, () =>
    out ? `✓ ${desk.say.witness.signed(origin, size, out)}` : note.trimEnd(),
  )
}
