import { setTimeout as sleep } from 'node:timers/promises'
import type { Command } from 'commander'
import { type ProbeReport, probeStorage } from '../commands/probe-storage.ts'
import type { JudgedFeature, StorageUse } from '../domain/storage.ts'
import type { Settings } from '../settings/settings.ts'
import type { Desk } from './desk.ts'
import { ask, readLine } from './files.ts'
import { count, type Frame, misuse, noun } from './frame.ts'
import { indented, table } from './table.ts'

type Bucket = Settings['staging']
type Given = {
  readonly endpoint?: string
  readonly bucket?: string
  readonly region: string
  readonly accessKeyId?: string
  readonly lockSeconds: number
}
type Probed = { readonly name: string; readonly use: StorageUse; readonly bucket: Bucket }

export function addStorage(program: Command, { help: { storage: help }, act }: Frame): void {
  const storage = noun(program, 'storage', help.noun)
  storage
    .command('probe')
    .description(help.probe)
    .argument('[NAME]', help.name)
    .option('--endpoint <URL>', help.endpoint)
    .option('--bucket <NAME>', help.bucket)
    .option('--region <REGION>', help.region, 'fr-par')
    .option('--access-key-id <ID>', help.accessKeyId)
    .option('--lock-seconds <N>', help.lockSeconds, count, 10)
    .action(act(probe))
}

/** Something required is missing, or could not be seen. */
const exitUnfit = 6

async function probe(desk: Desk, given: Given, name?: string): Promise<number> {
  const chosen = given.endpoint ? [await anyStorage(desk, given, name)] : await configured(desk, name)
  const { lockSeconds } = given
  desk.note(desk.say.storage.probing(chosen.length, 2 * lockSeconds + 3))
  const { storageTrial } = await import('../compose.ts')
  const probed = await Promise.all(
    chosen.map(async ({ name, use, bucket }) => {
      const trial = storageTrial(bucket)
      const { endpoint, bucket: bucketName } = bucket
      try {
        const clock = { now: () => new Date() }
        const pause = (milliseconds: number) => sleep(milliseconds)
        const report = await probeStorage(use, { trial, clock, pause, lockMs: lockSeconds * 1000 })
        return { name, use, endpoint, bucket: bucketName, ...report }
      } finally {
        trial.close()
      }
    }),
  )
  const isFit = probed.every(({ fit }) => fit === 'yes')
  desk.answer({ fit: isFit, storages: probed }, () => probed.map((one) => sayReport(desk, one)).join('\n\n'))
  return isFit ? 0 : exitUnfit
}

/** Those of the configuration: all of them, or the one that is named. @throws Failure usage */
async function configured(desk: Desk, name: string | undefined): Promise<Probed[]> {
  const { archives, staging, retention } = await desk.settings()
  const archiveUse: StorageUse = retention.lockDays > 0 ? 'archive' : 'unlocked-archive'
  const all: Probed[] = [
    ...Object.entries(archives).map(([name, bucket]) => ({ name, use: archiveUse, bucket })),
    { name: 'staging', use: 'staging', bucket: staging },
  ]
  const chosen = name === undefined ? all : all.filter((one) => one.name === name)
  if (chosen.length === 0)
    throw misuse('not-a-choice', 'NAME', { choices: all.map((one) => one.name).join(', ') })
  return chosen
}

/** A storage that no configuration names yet, as an archive. The secret never stands among the arguments. */
async function anyStorage(desk: Desk, given: Given, name: string | undefined): Promise<Probed> {
  const { endpoint, bucket, region, accessKeyId } = given
  if (name !== undefined) throw misuse('conflicting-options', '--endpoint')
  if (!URL.canParse(endpoint!)) throw misuse('not-allowed', '--endpoint')
  if (!bucket) throw misuse('missing-option', '--bucket')
  if (!accessKeyId) throw misuse('missing-option', '--access-key-id')
  const question = `${desk.say.storage.askSecret} `
  const secretAccessKey = process.stdin.isTTY
    ? await ask(question, { secret: true })
    : await readLine(question)
  const place = { endpoint: endpoint!, bucket, region, accessKeyId, secretAccessKey, forcePathStyle: true }
  return { name: bucket, use: 'archive', bucket: place }
}

function sayReport(desk: Desk, report: ProbeReport & { name: string; use: StorageUse }): string {
  const say = desk.say.storage
  const { features, fit, clockSkewMs, left } = report
  const unseen = features.filter(
    ({ required, seen }) => required && seen === (fit === 'no' ? 'no' : 'unknown'),
  )
  // What was not even tried is in the table; what its lack means would bury what was found out.
  const lacking = features.filter(({ seen, reason }) => seen !== 'yes' && reason !== 'not-tried')
  return [
    say.heading(report.name, report.use),
    indented(
      table(
        say.columns,
        features.map((one) => [
          say.features[one.feature],
          say.seen[one.seen],
          one.required ? say.required : '',
        ]),
      ),
    ),
    ...(clockSkewMs === null ? [] : [indented(say.skew((clockSkewMs / 1000).toFixed(1)))]),
    ...(lacking.length === 0
      ? []
      : [`${say.missing}\n${lacking.map((one) => sayLack(desk, one)).join('\n')}`]),
    ...(left > 0 ? [say.left(left)] : []),
    `${fit === 'yes' ? '✓' : '✗'} ${say.verdicts[fit](unseen.length)}`,
  ].join('\n\n')
}

function sayLack(desk: Desk, { feature, reason }: JudgedFeature): string {
  const say = desk.say.storage
  const because = reason ? ` (${(say.reasons as Readonly<Record<string, string>>)[reason] ?? reason})` : ''
  return `  • ${say.features[feature]}${because}\n    ${say.meanings[feature]}`
}
