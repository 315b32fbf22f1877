import { parseArgs } from 'node:util'
import { seeded } from '../../fixtures/generator/random.ts'
import { costs } from './scaling/costs.ts'
import { dayOf } from './scaling/demand.ts'
import { type Fleet, type Outcome, simulate, type Turnaround } from './scaling/simulate.ts'

// A day of ten million pages of ten organisations, on paper: how many workers it takes, what the dispatcher and PostgreSQL
// have to bear, and whether a flood of one organisation delays the twenty pages of another.

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    seed: { type: 'string', default: '1' },
    pages: { type: 'string', default: '10000000' },
    workers: { type: 'string', default: '150,200,250,300' },
    organisations: { type: 'string', default: '10' },
    flood: { type: 'string', default: '50000' },
  },
})
const demand = {
  organisations: Number(values.organisations),
  pagesPerDay: Number(values.pages),
  opens: 6,
  closes: 22,
  flood: Number(values.flood),
}
const fleetOf = (page: number, order: Fleet['order'] = 'turns'): Fleet => ({
  ...{ page, order, document: Math.ceil(page / 8), batch: Math.max(2, Math.ceil(page / 50)) },
  inFlight: Math.max(64, 2 * page),
})

function figuresOf(fleet: Fleet) {
  const day = dayOf(demand, seeded(`demand ${values.seed}`))
  const outcome = simulate(day, fleet, costs, seeded(`work ${values.seed}`))
  const { finished } = outcome
  const usual = finished.filter(({ batch }) => !batch.isProbe && !batch.isFlood)
  const probes = finished.filter(({ batch }) => batch.isProbe)
  const flood = finished.find(({ batch }) => batch.isFlood)!
  const isBeside = ({ batch }: Turnaround) =>
    batch.at >= flood.batch.at && batch.at < flood.batch.at + flood.seconds
  return {
    ...{ pageWorkers: fleet.page, order: fleet.order, inFlight: fleet.inFlight },
    ...rounded(outcome),
    batchMinutes: quantiles(usual, 60),
    floodHours: round(flood.seconds / 3600),
    /** Twenty pages: how long their whole way takes, beside the flood and at other times. */
    probeSecondsBesideFlood: quantiles(probes.filter(isBeside), 1),
    probeSecondsElse: quantiles(
      probes.filter((probe) => !isBeside(probe)),
      1,
    ),
  }
}

const rounded = ({
  busy,
  dispatcherBusy,
  lastHour,
  mostOrdersPerSecond,
  orders,
  mostPagesStaged,
}: Outcome) => ({
  lastHour: round(lastHour),
  pageWorkersBusy: round(busy),
  dispatcherBusy: round(dispatcherBusy),
  ordersPerSecondMost: round(mostOrdersPerSecond),
  postgresCoresMost: round(mostOrdersPerSecond * costs.database),
  ordersPerPage: round(orders / demand.pagesPerDay),
  millionPagesStagedMost: round(mostPagesStaged / 1e6),
})

function quantiles(turnarounds: readonly Turnaround[], unit: number) {
  const sorted = turnarounds.map(({ seconds }) => seconds / unit).sort((a, b) => a - b)
  const at = (share: number) =>
    round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0)
  return { p50: at(0.5), p95: at(0.95), most: at(1) }
}

const round = (value: number) => Math.round(value * 100) / 100

const counts = values.workers.split(',').map(Number)
const fleets = [...counts.map((count) => fleetOf(count)), fleetOf(200, 'first-come')]
const results = fleets.map((fleet) => {
  process.stderr.write(`${fleet.page} page workers, ${fleet.order} …\n`)
  return figuresOf(fleet)
})
if (values.json) console.log(JSON.stringify({ seed: values.seed, demand, costs, results }, undefined, 2))
else
  console.table(
    results.map(
      ({ pageWorkers, order, batchMinutes, probeSecondsBesideFlood, probeSecondsElse, ...rest }) => ({
        'page workers': pageWorkers,
        order,
        'last page, hour': rest.lastHour,
        'PostgreSQL cores': rest.postgresCoresMost,
        'batch p50, min': batchMinutes.p50,
        '20 pages p95, s': probeSecondsElse.p95,
        'beside the flood': probeSecondsBesideFlood.p95,
      }),
    ),
  )
