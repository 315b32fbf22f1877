import { appendFile, cp, mkdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { hasRedis } from '../redis.ts'
import { whyNoDisks } from './trials/disks.ts'
import { type Backend, faultKinds, kindsFor } from './trials/faults.ts'
import { newLedger } from './trials/ledger.ts'
import { scanWorks } from './trials/plaintext.ts'
import { sayTotals, sayTrial } from './trials/report.ts'
import { type Site, startSite } from './trials/site.ts'
import { runTrial, type TrialResult } from './trials/trial.ts'

const usage = `npm run test:faults -- [--trials 200] [--seed 1] [--queue both|postgres|redis] [--only N,N] [--results FILE]

  --trials   how many, shared out between the two queues
  --seed     the same seed draws the same batches and the same faults
  --only     these trials alone, by number
  --results  where each result is kept as a line of JSON; trials that stand there are not made again`

const { values } = parseArgs({
  options: {
    trials: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
    queue: { type: 'string', default: 'both' },
    only: { type: 'string' },
    results: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) {
  console.log(usage)
  process.exit(0)
}

const { seed, only } = values
const results = path.resolve(values.results ?? path.join('.scelle', 'faults', `${seed}.jsonl`))
/** Everything is looked through for plaintext after each so many trials, and after the last. */
const scannedEvery = 10

type Line = { readonly name: string; readonly result: TrialResult }
const known = new Map(
  (await readFile(results, 'utf8').catch(() => ''))
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Line)
    .map((line) => [line.name, line]),
)
const done: Line[] = []

const noDisks = await whyNoDisks(path.join('/tmp', `scelle-disk-${process.pid}`))
if (noDisks) console.log(`Left out: full disks, because ${noDisks}.`)
const wanted = (['postgres', 'redis'] as const).filter((queue) => [queue, 'both'].includes(values.queue))
const queues = wanted.filter((queue) => queue === 'postgres' || hasRedis('trials with the queue on Redis'))
const share = Math.ceil(Number(values.trials) / queues.length)

const open = new Set<Site>()
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(
    signal,
    () => void Promise.all([...open].map((site) => site.stop())).then(() => process.exit(130)),
  )

/** The trials of one queue, one after the other, in one house for as long as all is well. */
async function runAll(backend: Backend): Promise<void> {
  let site: Site | undefined
  let ledger = newLedger()
  const numbers = only ? only.split(',').map(Number) : Array.from({ length: share }, (_, at) => at + 1)
  for (const number of numbers) {
    const name = `${backend}/${number}`
    const before = known.get(name)
    if (before && !only) {
      done.push(before)
      continue
    }
    if (!site) {
      site = await startSite(backend, noDisks === undefined)
      open.add(site)
      ledger = newLedger()
      if (!(await scanWorks(site))) throw new Error('the scan for plaintext finds nothing')
    }
    const isScanned = number % scannedEvery === 0 || number === numbers.at(-1)
    const result = await runTrial(site, { seed: `${seed}/${name}`, turn: number - 1, isScanned, ledger })
    done.push({ name, result })
    await mkdir(path.dirname(results), { recursive: true })
    await appendFile(results, `${JSON.stringify({ name, result })}\n`)
    console.log(sayTrial(name, result))
    if (result.violations.length > 0) {
      await keepEvidence(site, name)
      open.delete(site)
      await site.stop()
      site = undefined
    }
  }
  if (site) console.log(`${backend}: workers that ended by themselves: ${sayFalls(site)}`)
  await site?.stop()
}

const sayFalls = ({ crew }: Site): string =>
  [...crew.falls].map(([what, times]) => `${what} × ${times}`).join(', ') || 'none'

/** Logs and tables of a house in which something went wrong, beside the results. */
async function keepEvidence(site: Site, name: string): Promise<void> {
  const folder = path.join(path.dirname(results), `evidence-${seed}-${name.replace('/', '-')}`)
  const left = [site.inbox, path.join(site.directory, 's3'), path.join(site.directory, 'postgres')]
  await cp(site.directory, folder, { recursive: true, filter: (file) => !left.includes(file) })
  for (const table of ['outbox', 'documents', 'files', 'batches', 'deposits', 'custody_events'] as const) {
    const rows = await site.owner
      .selectFrom(table)
      .selectAll()
      .execute()
      .catch((error: unknown) => [String(error)])
    await appendFile(
      path.join(folder, `${table}.jsonl`),
      rows.map((row) => `${JSON.stringify(row)}\n`).join(''),
    )
  }
  console.log(`  evidence: ${folder}`)
  console.log(
    `  again: npm run test:faults -- --seed ${seed} --queue ${name.split('/')[0]} --only ${name.split('/')[1]}`,
  )
}

console.log(`${share} trials for each of: ${queues.join(', ')}; seed ${seed}; results in ${results}`)
const left = Object.keys(faultKinds).filter(
  (kind) => !queues.some((backend) => kindsFor({ backend, disks: !noDisks }).some((one) => one === kind)),
)
if (left.length > 0) console.log(`Kinds of faults left out: ${left.join(', ')}`)
await Promise.all(queues.map(runAll))
console.log(`\n${sayTotals(done)}`)
process.exit(done.some(({ result }) => result.violations.length > 0) ? 1 : 0)
