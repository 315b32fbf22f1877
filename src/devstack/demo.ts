import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { pino } from 'pino'
import { compose } from '../compose.ts'
import { install } from '../install.ts'
import { loadSettings } from '../settings/load.ts'
import { dropBatches } from './demo/drop.ts'
import { watchBatches } from './demo/progress.ts'
import { registerAll } from './demo/register.ts'
import { makeReport } from './demo/report.ts'
import { DemoReport } from './demo/report-schema.ts'
import { sayReport } from './demo/say-report.ts'
import { type Language, sentences } from './demo/sentences.ts'
import { smallCrew, startCrew, stopCrew, type WorkerProcess } from './processes.ts'
import { type Stack, startStack } from './stack.ts'

const { values: options } = parseArgs({
  options: {
    report: { type: 'string' },
    keep: { type: 'boolean', default: false },
    redis: { type: 'string' },
    lang: { type: 'string', default: process.env['LANG']?.startsWith('en') ? 'en' : 'fr' },
  },
})
const language: Language = options.lang === 'en' ? 'en' : 'fr'
const say = sentences[language]

/** What must be undone, the last first; also after Ctrl-C. */
const undo: (() => Promise<unknown>)[] = []
let undoing: Promise<void> | undefined
const undoAll = (): Promise<void> =>
  (undoing ??= (async () => {
    for (const step of undo.splice(0).reverse())
      await step().catch((error: unknown) => console.error(String(error)))
  })())

for (const [signal, exit] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const) {
  process.on(signal, () => {
    console.error(`\n${say.stopping}`)
    void undoAll().then(() => process.exit(exit))
  })
}

/** Times each part of the demonstration: the whole process, from its first line to its last. */
const times: { part: string; seconds: number }[] = []
async function timed<Result>(part: keyof typeof say.parts, work: () => Promise<Result>): Promise<Result> {
  console.log(`· ${say.parts[part]} …`)
  const begun = performance.now()
  try {
    return await work()
  } finally {
    times.push({ part, seconds: (performance.now() - begun) / 1000 })
  }
}

async function demonstrate(): Promise<boolean> {
  console.log(`${say.title}\n`)
  const directory = await mkdtemp(path.join(tmpdir(), 'scelle-demo-'))
  const stack: Stack = await timed('stack', () =>
    startStack({ directory, redisUrl: options.redis, temporary: true }),
  )
  undo.push(() => stack.stop())
  const settings = await loadSettings(stack.configFile)
  await timed('install', () => install(settings))
  const house = compose(settings, pino({ level: 'silent' }))
  undo.push(() => house.close())
  const organisationId = await timed('register', () => registerAll(house))
  await writeFile(
    stack.configFile,
    `${JSON.stringify({ ...stack.settings, organisation: organisationId }, null, 2)}\n`,
    { mode: 0o600 },
  )

  const crew: WorkerProcess[] = await timed('crew', () =>
    startCrew(smallCrew, { configFile: stack.configFile, logFolder: directory }),
  )
  undo.push(() => stopCrew(crew))
  const dropped = await dropBatches(stack.inbox)
  const batches = await timed('way', () => watchBatches(house, organisationId, dropped, language))
  const outcome = await timed('verify', () => makeReport(house, organisationId, batches, directory))
  times.push({ part: 'total', seconds: performance.now() / 1000 })
  const report = DemoReport.parse({ ...outcome, times })
  if (options.report) await writeFile(options.report, `${JSON.stringify(report, null, 2)}\n`)
  sayReport(report, language, options.keep ? stack.configFile : undefined)

  if (options.keep) {
    console.log(`\n${say.kept(directory)}`)
    await new Promise(() => {})
  }
  return report.isAsExpected
}

try {
  const isAsExpected = await demonstrate()
  await undoAll()
  process.exit(isAsExpected ? 0 : 1)
} catch (error) {
  // What Ctrl-C cuts off fails, and is no news.
  if (undoing) await new Promise(() => {})
  console.error(error)
  await undoAll()
  process.exit(9)
}
