import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { pino } from 'pino'
import { type Database, openDatabase } from '../../../src/adapters/postgres/database.ts'
import { compose, type House } from '../../../src/compose.ts'
import { registerAll } from '../../../src/devstack/demo/register.ts'
import { embeddedSettings } from '../../../src/devstack/stack.ts'
import { startEmbeddedPostgres } from '../../../src/devstack/postgres.ts'
import type { Faults } from '../../../src/devstack/s3/faults.ts'
import { type DevelopmentS3, startDevelopmentS3 } from '../../../src/devstack/s3/server.ts'
import type { OrganisationId } from '../../../src/domain/ids.ts'
import { install } from '../../../src/install.ts'
import { loadSettings } from '../../../src/settings/load.ts'
import type { SettingsInput } from '../../../src/settings/settings.ts'
import { startRedis, type TestRedis } from '../../redis.ts'
import { type Crew, startCrew } from './crew.ts'
import { type Disk, mountDisk } from './disks.ts'
import type { Backend, Disk as DiskName, Service } from './faults.ts'
import { type Proxy, startProxy } from './proxy.ts'

/** A whole house whose workers reach every service over a wire that can be disturbed; we ourselves reach them directly. */
export type Site = {
  readonly backend: Backend
  readonly directory: string
  readonly inbox: string
  /** The folder for temporary files of all workers. */
  readonly temporary: string
  readonly configFile: string
  readonly house: House
  readonly owner: Database
  readonly organisationId: OrganisationId
  readonly crew: Crew
  readonly wires: Partial<Record<Service, Proxy>>
  readonly disks: Partial<Record<DiskName, Disk>>
  readonly redis: { current: TestRedis } | undefined
  /** Asked at every request to the storage. */
  s3Faults: Faults
  restartS3(downMs: number): Promise<void>
  stopPostgres(how: 'fast' | 'crash'): Promise<void>
  /** Starts it if it is not there, as often as it takes. */
  startPostgres(): Promise<void>
  restartRedis(downMs: number): Promise<void>
  stop(): Promise<void>
}

const credentials = { accessKeyId: 'scelle', secretAccessKey: 'for-trials-only' }
const passwords = { app: 'trials-app', system: 'trials-system' }

/**
 * Short, so that what a killed worker had comes back soon; the ways are the same. All attempts together must outlast the
 * longest fault of the storage, as they do with the usual times.
 */
const soon: Partial<SettingsInput> = {
  workers: { lockSeconds: 4, sweepSeconds: 3, retrySeconds: 1, batch: 2, page: 2, document: 2 },
  parsing: { memoryMegabytes: 512, secondsPerPage: 60 },
}

export async function startSite(backend: Backend, withDisks: boolean): Promise<Site> {
  const directory = await mkdtemp(path.join(tmpdir(), `scelle-trials-${backend}-`))
  const folder = (name: string) => path.join(directory, name)
  const undo: (() => Promise<unknown>)[] = [() => rm(directory, { recursive: true, force: true })]
  const disks: Site['disks'] = {}
  for (const name of ['s3', 'inbox', 'postgres'] as const) {
    await mkdir(folder(name))
    if (!withDisks) continue
    const disk = await mountDisk(folder(name), name === 'postgres' ? '711' : '700')
    disks[name] = disk
    undo.unshift(disk.remove)
  }
  await mkdir(folder('tmp'))
  await mkdir(folder('keys'))

  let postgres = await startEmbeddedPostgres({ directory: folder('postgres'), durable: true })
  undo.unshift(() => postgres.stop())
  const redis = backend === 'redis' ? { current: await startRedis() } : undefined
  if (redis) undo.unshift(() => redis.current.stop())
  const openS3 = (port?: number): Promise<DevelopmentS3> =>
    startDevelopmentS3({
      ...{ directory: folder('s3'), credentials, faults: (request) => site.s3Faults(request) },
      ...(port === undefined ? {} : { port }),
    })
  let s3 = await openS3()
  undo.unshift(() => s3.close())
  const wires = {
    postgres: await startProxy(postgres.port),
    s3: await startProxy(s3.port),
    ...(redis ? { redis: await startProxy(redis.current.port) } : {}),
  }
  undo.unshift(() => Promise.all(Object.values(wires).map((wire) => wire.close())))

  /** The same house, reached over the wires or directly: as the ports say. The owner always comes directly. */
  const settingsVia = (
    postgresPort: number,
    s3Port: number,
    redisPort: number | undefined,
  ): SettingsInput => {
    const via = Object.assign(new URL(postgres.url), { port: String(postgresPort) })
    const settings = embeddedSettings({
      ...{ ownerUrl: via.href, passwords },
      s3: { endpoint: `http://127.0.0.1:${s3Port}`, ...credentials },
      redisUrl: redisPort === undefined ? undefined : `redis://127.0.0.1:${redisPort}`,
    })
    return { ...settings, database: { ...settings.database, ownerUrl: postgres.url }, ...soon }
  }
  const configFile = folder('workers.json')
  const direct = folder('direct.json')
  const write = (file: string, settings: SettingsInput) =>
    writeFile(file, JSON.stringify(settings), { mode: 0o600 })
  await write(configFile, settingsVia(wires.postgres.port, wires.s3.port, wires.redis?.port))
  await write(direct, settingsVia(postgres.port, s3.port, redis?.current.port))

  const settings = await loadSettings(direct)
  const house = compose(settings, pino({ level: 'silent' }))
  const owner = openDatabase({ url: postgres.url })
  const site: Site = {
    ...{ backend, directory, inbox: folder('inbox'), temporary: folder('tmp'), configFile, house, owner },
    ...{ wires, disks, redis, s3Faults: () => undefined },
    ...{ organisationId: undefined as never, crew: undefined as never },
    async restartS3(downMs) {
      const { port } = s3
      await s3.close()
      await sleep(downMs)
      s3 = await openS3(port)
    },
    async stopPostgres(how) {
      if (how === 'crash') await killServer(folder('postgres'))
      await postgres.stop()
    },
    async startPostgres() {
      if (await isThere(owner)) return
      for (let tries = 1; ; tries++) {
        // Whatever is left of the one before: a server that ended by itself, or its last processes.
        await postgres.stop().catch(() => {})
        try {
          postgres = await startEmbeddedPostgres({
            directory: folder('postgres'),
            durable: true,
            port: postgres.port,
          })
          return
        } catch (error) {
          if (tries === 30) throw error
          await sleep(500)
        }
      }
    },
    async restartRedis(downMs) {
      const { port } = redis!.current
      await redis!.current.stop()
      await sleep(downMs)
      redis!.current = await startRedis(port)
    },
    async stop() {
      for (const step of undo.splice(0))
        await step().catch((error: unknown) => console.error('stopping:', error))
    },
  }
  try {
    await install(settings)
    const organisationId = await registerAll(house)
    const crew = await startCrew({
      ...{ configFile, logFolder: directory, env: { TMPDIR: folder('tmp') } },
    })
    undo.unshift(
      () => crew.stop(),
      () => house.close(),
      () => owner.destroy(),
    )
    return Object.assign(site, { organisationId, crew })
  } catch (error) {
    await site.stop()
    throw error
  }
}

/** No farewell: its other processes notice by themselves that it is gone. */
async function killServer(directory: string): Promise<void> {
  const file = path.join(directory, 'cluster', 'postmaster.pid')
  const pid = Number((await readFile(file, 'utf8').catch(() => '')).split('\n')[0])
  if (pid > 0) process.kill(pid, 'SIGKILL')
}

/** Asked more than once: the first to ask may be given a connection that was lost. */
async function isThere(owner: Database): Promise<boolean> {
  for (let tries = 0; tries < 12; tries++) {
    const answer = owner.selectFrom('workers').select('id').limit(1).execute()
    if (
      await answer.then(
        () => true,
        () => false,
      )
    )
      return true
    await sleep(50)
  }
  return false
}
