import FlatQueue from 'flatqueue'
import type { Random } from '../../../fixtures/generator/random.ts'
import { type Costs, ordersPerDocument, pagesPerDocument, pagesPerFile } from './costs.ts'
import type { Batch } from './demand.ts'
import { nextTurn } from './turns.ts'

/** How many places work on each queue, and what the dispatcher allows. */
export type Fleet = {
  readonly page: number
  readonly document: number
  readonly batch: number
  /** Orders in flight for one queue, at most. */
  readonly inFlight: number
  /** `turns` is what the dispatcher does; `first-come` shows what it is for. */
  readonly order: 'turns' | 'first-come'
}

export type Turnaround = { readonly batch: Batch; readonly seconds: number }
export type Outcome = {
  readonly finished: readonly Turnaround[]
  /** When the last page was done, in hours after midnight; more than 24: the day was too long. */
  readonly lastHour: number
  /** Busy time of the page places while the day lasted, of what they could have been. */
  readonly busy: number
  readonly dispatcherBusy: number
  readonly orders: number
  /** Of one minute, per second. */
  readonly mostOrdersPerSecond: number
  readonly mostPagesStaged: number
}

type Queue = 'page' | 'document' | 'batch'
type Kind = 'register' | 'split' | 'examine' | 'compose' | 'recognise' | 'finish' | 'close'
type Work = {
  readonly batch: Batch
  split: number
  examined: number
  recognised: number
  finished: number
}
/** Orders of one kind that were placed together. */
type Run = { readonly kind: Kind; readonly work: Work; readonly since: number; left: number }
type Job = { readonly kind: Kind; readonly work: Work; readonly pages: number }
type Lane = {
  readonly name: Queue
  readonly waiting: Run[][]
  readonly inFlight: number[]
  readonly ready: FlatQueue<Job>
  flying: number
  free: number
  busySeconds: number
}
type Event = { batch: Batch } | { done: Job; lane: Lane } | 'dispatcher-free'

const queueOf: Record<Kind, Queue> = {
  register: 'batch',
  split: 'page',
  examine: 'page',
  compose: 'batch',
  recognise: 'page',
  finish: 'document',
  close: 'batch',
}
const day = 86_400

/** One day, event by event. The same seed gives the same day. */
export function simulate(batches: readonly Batch[], fleet: Fleet, costs: Costs, random: Random): Outcome {
  const organisations = 1 + Math.max(...batches.map(({ organisation }) => organisation))
  const lane = (name: Queue): Lane => ({
    ...{ name, waiting: Array.from({ length: organisations }, () => []), ready: new FlatQueue<Job>() },
    ...{ inFlight: Array.from({ length: organisations }, () => 0), flying: 0, busySeconds: 0 },
    free: fleet[name],
  })
  const lanes: Record<Queue, Lane> = { page: lane('page'), document: lane('document'), batch: lane('batch') }
  const events = new FlatQueue<Event>()
  const finished: Turnaround[] = []
  const perMinute = new Map<number, number>()
  let now = 0
  let places = 0
  let staged = 0
  let mostStaged = 0
  let isDispatching = false
  let isRung = false
  let dispatching = 0
  let orders = 0

  function place(kind: Kind, work: Work, count: number): void {
    lanes[queueOf[kind]].waiting[work.batch.organisation]!.push({ kind, work, since: now, left: count })
    ring()
  }

  function ring(): void {
    if (isDispatching) isRung = true
    else dispatch()
  }

  /** Fills the queues as room allows; busy for as long as that takes. */
  function dispatch(): void {
    let taken = 0
    for (const one of Object.values(lanes)) taken += fill(one)
    isDispatching = true
    isRung = false
    const took = costs.claim + taken * costs.enqueue
    dispatching += took
    events.push('dispatcher-free', now + took)
  }

  function fill(one: Lane): number {
    let taken = 0
    while (one.flying < fleet.inFlight) {
      const next = nextTurn(
        fleet.order === 'turns' ? one.inFlight : one.inFlight.map(() => 0),
        (organisation) => one.waiting[organisation]![0]?.since,
      )
      if (!next) break
      const queue = one.waiting[next.organisation]!
      const run = queue[0]!
      if (--run.left === 0) queue.shift()
      one.inFlight[next.organisation]!++
      one.flying++
      const rank = fleet.order === 'turns' ? next.turn : 0
      one.ready.push({ kind: run.kind, work: run.work, pages: 1 }, rank * 1e9 + places++)
      taken++
    }
    start(one)
    return taken
  }

  function start(one: Lane): void {
    while (one.free > 0 && one.ready.length > 0) {
      const job = one.ready.pop()!
      const seconds = secondsOf(job, costs) * Math.exp(random.normal() * costs.spread)
      one.free--
      if (now < day) one.busySeconds += Math.min(seconds, day - now)
      events.push({ done: job, lane: one }, now + seconds)
    }
  }

  function settle(job: Job, one: Lane): void {
    one.free++
    one.flying--
    one.inFlight[job.work.batch.organisation]!--
    const count = job.kind === 'finish' ? ordersPerDocument : 1
    orders += count
    const minute = Math.floor(now / 60)
    perMinute.set(minute, (perMinute.get(minute) ?? 0) + count)
    follow(job)
    ring()
    start(one)
  }

  /** The way of a batch. */
  function follow({ kind, work }: Job): void {
    const { batch } = work
    const files = Math.ceil(batch.pages / pagesPerFile)
    const documents = Math.ceil(batch.pages / pagesPerDocument)
    if (kind === 'register') place('split', work, files)
    if (kind === 'split') {
      work.split++
      const before = (work.split - 1) * pagesPerFile
      place('examine', work, Math.min(pagesPerFile, batch.pages - before))
    }
    if (kind === 'examine' && ++work.examined === batch.pages) place('compose', work, 1)
    if (kind === 'compose') place('recognise', work, batch.pages)
    if (kind === 'recognise') {
      work.recognised++
      if (work.recognised % pagesPerDocument === 0 || work.recognised === batch.pages)
        place('finish', work, 1)
    }
    if (kind === 'finish' && ++work.finished === documents) place('close', work, 1)
    if (kind === 'close') {
      staged -= batch.pages
      finished.push({ batch, seconds: now - batch.at })
    }
  }

  for (const batch of batches) events.push({ batch }, batch.at)
  while (events.length > 0) {
    now = events.peekValue()!
    const event = events.pop()!
    if (event === 'dispatcher-free') {
      isDispatching = false
      if (isRung) dispatch()
    } else if ('batch' in event) {
      staged += event.batch.pages
      mostStaged = Math.max(mostStaged, staged)
      place('register', { batch: event.batch, split: 0, examined: 0, recognised: 0, finished: 0 }, 1)
    } else settle(event.done, event.lane)
  }
  if (finished.length !== batches.length) throw new Error('a batch never ended')
  return {
    ...{ finished, orders, mostPagesStaged: mostStaged, lastHour: now / 3600 },
    busy: lanes.page.busySeconds / (fleet.page * day),
    dispatcherBusy: dispatching / now,
    mostOrdersPerSecond: Math.max(...perMinute.values()) / 60,
  }
}

function secondsOf({ kind, work: { batch } }: Job, costs: Costs): number {
  const pages = Math.min(batch.pages, kind === 'split' ? pagesPerFile : pagesPerDocument)
  const byKind: Record<Kind, number> = {
    register: costs.batch / 2 + (costs.batchPage * batch.pages) / 2,
    split: costs.split * pages,
    examine: costs.examine,
    compose: costs.batch / 2 + (costs.batchPage * batch.pages) / 2,
    recognise: costs.recognise,
    finish: costs.finishDocument + costs.finishPage * pages,
    close: costs.batch / 2,
  }
  return byKind[kind]
}
