import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { pino } from 'pino'
import { compose, type House } from '../../../src/compose.ts'
import { registerAll } from '../../../src/devstack/demo/register.ts'
import { startCrew, stopCrew } from '../../../src/devstack/processes.ts'
import type { Stack } from '../../../src/devstack/stack.ts'
import type { OrganisationId } from '../../../src/domain/ids.ts'
import { install } from '../../../src/install.ts'
import { loadSettings } from '../../../src/settings/load.ts'
import { startRedis } from '../../redis.ts'
import { fillBox } from './corpus.ts'
import { type StageCost, stageCosts } from './stage-costs.ts'
import { type Usage, watchProcesses } from './watch-processes.ts'

export type Backend = 'redis' | 'postgres'
export type Combination = { readonly pages: number; readonly workers: number; readonly backend: Backend }
export type Run = Combination & {
  readonly documents: number
  /** From the drop into the hot folder until the batch is closed. */
  readonly seconds: number
  /** How the documents ended, by state. */
  readonly outcome: Readonly<Record<string, number>>
  readonly stages: readonly StageCost[]
  readonly processes: readonly Usage[]
}

type Say = (line: string) => void
/** What must be undone, the last first. */
type Undo = (() => Promise<unknown>)[]

/** Longest time without any change. */
const patienceMs = 180_000

/** One box, through a house of its own: real PostgreSQL, real queue, worker processes as they run in a deployment. */
export async function runOnce(
  combination: Combination,
  options: { seed: string; cache: string; say: Say; undo: Undo; execArgv?: readonly string[] },
): Promise<Run> {
  const { pages, workers, backend } = combination
  const { undo } = options
  const directory = await mkdtemp(path.join(tmpdir(), 'scelle-bench-'))
  undo.push(() => rm(directory, { recursive: true, force: true }))
  const redis = backend === 'redis' ? await startRedis() : undefined
  if (redis) undo.push(() => redis.stop())
  const stack = await startStackProcess(path.join(directory, 'stack'), redis?.url)
  undo.push(() => stack.stop())
  const settings = await loadSettings(stack.configFile)
  await install(settings)
  const house = compose(settings, pino({ level: 'silent' }))
  undo.push(() => house.close())
  const organisationId = await registerAll(house)
  const box = `${pages}-${workers}-${backend}`
  const aside = path.join(stack.inbox, `.${box}`)
  const { documents } = await fillBox(aside, { ...options, pages, box })
  const crew = await startCrew(
    { clock: 1, inbox: 1, batch: 1, page: workers, document: 1 },
    { configFile: stack.configFile, logFolder: directory, execArgv: options.execArgv ?? [] },
  )
  undo.push(() => stopCrew(crew))

  const watch = watchProcesses(crew, stack.pid)
  const begun = performance.now()
  await rename(aside, path.join(stack.inbox, box))
  const outcome = await untilDone(house, organisationId, { pages, say: options.say })
  const seconds = (performance.now() - begun) / 1000
  const processes = watch.stop()
  for (const step of undo.splice(1).reverse()) await step()
  const stages = await stageCosts(directory)
  await undo.pop()!()
  return { ...combination, documents, seconds, outcome, stages, processes }
}

async function untilDone(
  house: House,
  organisationId: OrganisationId,
  { pages, say }: { pages: number; say: Say },
): Promise<Record<string, number>> {
  const views = house.views()
  let last = ''
  let changed = performance.now()
  for (;;) {
    await sleep(1_000)
    const [batch] = await views.batches(organisationId, { limit: 1 })
    if (!batch) continue
    const progress = await views.progress(organisationId, batch.id)
    const isDone = batch.state === 'closed' || (batch.state === 'composed' && progress.open === 0)
    if (isDone) return { ...batch.documents }
    if (batch.state === 'held') throw new Error(`the batch is held: ${batch.reason}`)
    const now = JSON.stringify([batch, progress])
    if (now !== last) changed = performance.now()
    else if (performance.now() - changed > patienceMs) throw new Error('nothing moves any more')
    last = now
    say(`${progress.pages.examined}/${pages} examined, ${progress.pages.recognised}/${pages} recognised`)
  }
}

type StackProcess = Pick<Stack, 'configFile' | 'inbox' | 'stop'> & { readonly pid: number }

async function startStackProcess(directory: string, redisUrl: string | undefined): Promise<StackProcess> {
  const program = fileURLToPath(new URL('./stack-process.ts', import.meta.url))
  const child: ChildProcess = fork(program, [directory, redisUrl ?? ''], { detached: true })
  const ended = once(child, 'exit')
  const first = await Promise.race([once(child, 'message'), ended.then(() => undefined)])
  if (!first) throw new Error('the stack did not start')
  const { configFile, inbox } = first[0] as Pick<Stack, 'configFile' | 'inbox'>
  return {
    ...{ configFile, inbox, pid: child.pid! },
    async stop() {
      if (child.exitCode === null) child.kill('SIGTERM')
      await ended
    },
  }
}
