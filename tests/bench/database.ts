import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { drawPasswords } from '../../src/adapters/postgres/roles.ts'
import { startEmbeddedPostgres } from '../../src/devstack/postgres.ts'
import { evidenceCases } from './database/cases-evidence.ts'
import { recordCases } from './database/cases-records.ts'
import { systemCases } from './database/cases-system.ts'
import { viewCases } from './database/cases-views.ts'
import { openSized } from './database/houses.ts'
import { measure } from './database/measure.ts'
import { type Line, reportOf, sayPlans, sayReport } from './database/report.ts'
import { openWorks, type Works } from './database/works.ts'

// Every query of the product that reads or writes a table which grows, asked of a small and of a large archive in turn, as
// the product asks it. `--keep DIR` keeps the databases for the next run; `--only PATTERN` asks some queries only.

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    plans: { type: 'boolean', default: false },
    sizes: { type: 'string', default: '10000,1000000' },
    samples: { type: 'string', default: '200' },
    keep: { type: 'string' },
    only: { type: 'string', default: '' },
  },
})
const samples = Number(values.samples)
const directory = values.keep
  ? path.resolve(values.keep)
  : await mkdtemp(path.join(tmpdir(), 'scelle-bench-'))
const postgres = await startEmbeddedPostgres({
  directory,
  durable: false,
  temporary: values.keep === undefined,
})
const server = { url: postgres.url, directory, passwords: drawPasswords() }
const opened: Works[] = []
try {
  for (const documents of values.sizes.split(',').map(Number))
    opened.push(await openWorks(await openSized(server, documents), samples))
  const lines: Line[] = []
  for (const one of [...viewCases, ...recordCases, ...systemCases, ...evidenceCases])
    if (new RegExp(values.only, 'i').test(one.name)) {
      if (!values.json) process.stderr.write(`${one.name}\u001b[K\r`)
      lines.push({ name: one.name, growsWith: one.growsWith, sizes: await measure(one, opened, samples) })
    }
  say(lines)
} finally {
  for (const { sized } of opened) await sized.close()
  await postgres.stop()
}

function say(lines: readonly Line[]): void {
  const report = reportOf(lines)
  const sizes = opened.map(({ sized: { documents, megabytes, seedSeconds } }) => ({
    ...{ documents, megabytes, seedSeconds },
  }))
  if (values.json) return console.log(JSON.stringify({ samples, sizes, queries: report }, undefined, 2))
  console.log(sayReport(report))
  if (values.plans) console.log(`\n${sayPlans(report)}`)
}
