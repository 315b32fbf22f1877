import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { pino } from 'pino'
import { compose, type House } from '../src/compose.ts'
import type { DroppedBatch } from '../src/devstack/demo/drop.ts'
import { registerAll } from '../src/devstack/demo/register.ts'
import {
  type Crew,
  startCrew,
  startWorkerProcess,
  stopCrew,
  type WorkerKind,
  type WorkerProcess,
} from '../src/devstack/processes.ts'
import { type Stack, startStack } from '../src/devstack/stack.ts'
import type { OrganisationId } from '../src/domain/ids.ts'
import { install } from '../src/install.ts'
import { loadSettings } from '../src/settings/load.ts'
import type { SettingsInput } from '../src/settings/settings.ts'

export type TestHouse = {
  readonly directory: string
  readonly stack: Stack
  readonly house: House
  readonly organisationId: OrganisationId
  readonly crew: WorkerProcess[]
  /** Kills one worker of a kind as a lost machine would, and starts another in its place. */
  killAndReplace(kind: WorkerKind): Promise<void>
  /** Waits until these batches are there and nothing more happens by itself. */
  untilQuiet(dropped: readonly DroppedBatch[]): Promise<void>
  stop(): Promise<void>
}

/** A whole house: real PostgreSQL, real worker processes, the development S3 server; in a folder with a space. */
export async function startTestHouse(options: {
  crew: Crew
  redisUrl?: string
  overrides?: Partial<SettingsInput>
}): Promise<TestHouse> {
  const directory = await mkdtemp(path.join(tmpdir(), 'scelle test '))
  const stack = await startStack({
    directory,
    temporary: true,
    redisUrl: options.redisUrl,
    overrides: options.overrides ?? {},
  })
  try {
    const settings = await loadSettings(stack.configFile)
    await install(settings)
    const house = compose(settings, pino({ level: 'silent' }))
    const organisationId = await registerAll(house)
    const workerOptions = { configFile: stack.configFile, logFolder: directory }
    const crew = await startCrew(options.crew, workerOptions)
    return {
      ...{ directory, stack, house, organisationId, crew },
      async killAndReplace(kind) {
        const index = crew.findIndex((worker) => worker.kind === kind)
        crew[index]!.child.kill('SIGKILL')
        await crew[index]!.stop()
        crew[index] = await startWorkerProcess(kind, workerOptions)
      },
      untilQuiet: (dropped) => untilQuiet(house, organisationId, dropped),
      async stop() {
        await stopCrew(crew)
        await house.close()
        await stack.stop()
        await rm(directory, { recursive: true, force: true })
      },
    }
  } catch (error) {
    await stack.stop()
    throw error
  }
}

async function untilQuiet(
  house: House,
  organisationId: OrganisationId,
  dropped: readonly DroppedBatch[],
): Promise<void> {
  for (;;) {
    const batches = await house.views().batches(organisationId, { limit: 100 })
    const wanted = dropped.flatMap(({ box }) => batches.filter((batch) => batch.box === box))
    const progress = await Promise.all(wanted.map(({ id }) => house.views().progress(organisationId, id)))
    if (wanted.length >= dropped.length && progress.every(({ open }) => open === 0)) return
    await sleep(250)
  }
}

/** State and reason of a batch, its files and its documents, as `fixtures/expected.json` gives them. */
export async function outcomeOf({ house, organisationId }: TestHouse, { box }: DroppedBatch) {
  const views = house.views()
  const batch = (await views.batches(organisationId, { limit: 100 })).find((one) => one.box === box)!
  const documents = await views.documents(organisationId, { batchId: batch.id, limit: 100 })
  const pick = ({ state, reason }: { state: string; reason: string | null }) => ({ state, reason })
  return {
    ...pick(batch),
    files: (await views.files(organisationId, batch.id)).map(pick),
    documents: documents.map(pick),
  }
}

export const expectedOf = ({ expected }: DroppedBatch) => {
  const pick = ({ state, reason }: { state: string; reason: string | null }) => ({ state, reason })
  return { ...pick(expected), files: expected.files.map(pick), documents: expected.documents.map(pick) }
}

/** Keys in the archive that hold documents, each with the number of its versions. */
export async function archivedVersions({ house, organisationId }: TestHouse): Promise<Map<string, number>> {
  const versions = new Map<string, number>()
  for (const archive of Object.values(house.archiveBuckets())) {
    for await (const { key } of archive.versions(`${organisationId}/`))
      versions.set(key, (versions.get(key) ?? 0) + 1)
  }
  return versions
}
