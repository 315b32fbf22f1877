import { readFile, writeFile } from 'node:fs/promises'
import os from 'node:os'
import { parseArgs } from 'node:util'
import { hasRedis } from '../redis.ts'
import { measureMachine } from './pipeline/machine.ts'
import { costOf, ratiosOf, tableOf } from './pipeline/report.ts'
import { type Backend, type Combination, type Run, runOnce } from './pipeline/run.ts'

/*
 * What a page costs on its way from the hot folder to the verified deposit, and whether more workers and larger boxes
 * change it. `npm run bench:pipeline -- --help` tells the options. All eight combinations keep two cores busy for hours;
 * with --results each one is kept as it is done, and a second call goes on where the first was cut off.
 */

const { values: options } = parseArgs({
  options: {
    pages: { type: 'string', default: '100,1000' },
    workers: { type: 'string', default: '1,2' },
    backends: { type: 'string', default: 'redis,postgres' },
    all: { type: 'boolean', default: false },
    seed: { type: 'string', default: 'pipeline' },
    json: { type: 'boolean', default: false },
    results: { type: 'string' },
    'no-machine': { type: 'boolean', default: false },
    'node-options': { type: 'string' },
    help: { type: 'boolean', default: false },
  },
})

if (options.help) {
  console.log(`  --pages 100,1000            pages of the box
  --workers 1,2               processes that read pages
  --backends redis,postgres   where the queue is
  --all                       large boxes with every number of workers, not with the most only
  --seed pipeline             the same seed gives the same pages
  --results FILE              keeps each combination as it is done, and leaves out those that are there
  --no-machine                does not measure what two cores of this machine are worth
  --node-options '…'          for the worker processes, such as --cpu-prof
  --json                      the whole result as JSON`)
  process.exit(0)
}

const say = (line: string): void => {
  process.stderr.write(process.stderr.isTTY ? `\r\u001b[2K${line}` : '')
}
const note = (line: string): void => void process.stderr.write(`${line}\n`)

const numbers = (list: string): number[] => list.split(',').map(Number)
/** The slowest, large boxes read by few, are left out unless all is asked for: nothing is learnt from them alone. */
function combinations(): Combination[] {
  const [pages, workers] = [numbers(options.pages), numbers(options.workers)]
  const backends = (options.backends.split(',') as Backend[]).filter(
    (backend) => backend !== 'redis' || hasRedis('the pipeline on Redis'),
  )
  const each = pages.flatMap((pages) =>
    backends.flatMap((backend) => workers.map((workers) => ({ pages, workers, backend }))),
  )
  const isSmallest = (count: number): boolean => count === Math.min(...pages)
  return each.filter((one) => options.all || isSmallest(one.pages) || one.workers === Math.max(...workers))
}

type Results = { machine?: Awaited<ReturnType<typeof measureMachine>>; runs: Run[] }
const results: Results = options.results
  ? await readFile(options.results, 'utf8').then(
      (text) => JSON.parse(text) as Results,
      () => ({ runs: [] }),
    )
  : { runs: [] }
const keep = async (): Promise<void> => {
  if (options.results) await writeFile(options.results, `${JSON.stringify(results, null, 2)}\n`)
}

const undo: (() => Promise<unknown>)[] = []
const undoAll = async (): Promise<void> => {
  for (const step of undo.splice(0).reverse()) await step().catch((error: unknown) => note(String(error)))
}
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.on(signal, () => void undoAll().then(() => process.exit(130)))

const { seed } = options
const cache = '.scelle/bench/pages'
try {
  if (!options['no-machine'] && !results.machine) {
    note('what two cores are worth: recognition alone, in one process and in two')
    results.machine = await measureMachine({ seed, cache })
    await keep()
  }
  for (const combination of combinations()) {
    const { pages, workers, backend } = combination
    const isKept = results.runs.some(
      (run) => run.pages === pages && run.workers === workers && run.backend === backend,
    )
    if (isKept) continue
    note(`${pages} pages, ${workers} page workers, queue on ${backend}`)
    const execArgv = options['node-options']?.split(' ') ?? []
    results.runs.push(await runOnce(combination, { seed, cache, say, undo, execArgv }))
    say('')
    await keep()
  }
  if (options.json) console.log(JSON.stringify(whole(), null, 2))
  else print()
} catch (error) {
  console.error(error)
  process.exitCode = 9
} finally {
  await undoAll()
}
process.exit()

function whole(): object {
  const [cpu] = os.cpus()
  return {
    version: 1,
    seed,
    node: process.version,
    machine: { processor: cpu?.model.trim(), cores: os.availableParallelism(), ...results.machine },
    runs: results.runs.map((run) => ({ ...run, perPage: costOf(run) })),
    ratios: ratiosOf(results.runs),
  }
}

function print(): void {
  console.log(tableOf(results.runs))
  console.log('\nratios')
  const { machine } = results
  if (machine)
    console.log(
      `  recognition alone, two processes against one: ${machine.twoProcesses.toFixed(2)} (what this machine can give)`,
    )
  for (const { name, of, value, aim, isMet } of ratiosOf(results.runs))
    console.log(`  ${isMet ? '✓' : '✗'} ${name} (${of}): ${value.toFixed(2)}, aim ${aim}`)
}
