import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { startDevelopmentS3 } from '../../src/devstack/s3/server.ts'
import type { StepMemory } from './memory/way.ts'

/*
 * Whether memory grows with a file that passes from the hot folder to the verified deposit. Each size passes in a process of
 * its own, whose highest resident memory the kernel tells by step; the storage is in this one. The file is sparse, and is
 * removed. It takes about four times the size of the file on disk, in a temporary folder.
 */

const { values: options } = parseArgs({
  options: {
    megabytes: { type: 'string', default: '64,1024' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})
if (options.help) {
  console.log(`  --megabytes 64,1024   sizes of the file, the one to compare with first
  --json                the result as JSON`)
  process.exit(0)
}

const credentials = { accessKeyId: 'bench', secretAccessKey: 'not-a-secret' }
const results: { megabytes: number; steps: readonly StepMemory[] }[] = []
for (const megabytes of options.megabytes.split(',').map(Number))
  results.push({ megabytes, steps: await measure(megabytes) })

const first = results[0]!
const rows = first.steps.map(({ step }, index) => ({
  step,
  ratio: results.at(-1)!.steps[index]!.peakBytes / first.steps[index]!.peakBytes,
  peaks: results.map(({ megabytes, steps }) => ({ megabytes, ...steps[index]! })),
}))
if (options.json) console.log(JSON.stringify(rows, null, 2))
else
  console.table(
    rows.map(({ step, ratio, peaks }) => ({
      step,
      ...Object.fromEntries(
        peaks.map(({ megabytes, peakBytes }) => [`MiB for ${megabytes}`, Math.round(peakBytes / 2 ** 20)]),
      ),
      ratio: ratio.toFixed(2),
    })),
  )

async function measure(megabytes: number): Promise<readonly StepMemory[]> {
  const folder = await mkdtemp(path.join(tmpdir(), 'scelle-bench-'))
  const server = await startDevelopmentS3({ directory: path.join(folder, 's3'), credentials })
  try {
    const program = new URL('./memory/way.ts', import.meta.url)
    const child = fork(program, [server.endpoint, path.join(folder, 'drop'), String(megabytes * 2 ** 20)])
    const [steps] = (await Promise.race([
      once(child, 'message'),
      once(child, 'exit').then(() => Promise.reject(new Error('the process ended'))),
    ])) as [readonly StepMemory[]]
    return steps
  } finally {
    await server.close()
    await rm(folder, { recursive: true })
  }
}
