import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { SettingsInput } from '../settings/settings.ts'
import { keptSigning } from './certificates.ts'
import { startEmbeddedPostgres } from './postgres.ts'
import { startDevelopmentS3 } from './s3/server.ts'
import { type DevelopmentAuthority, startAuthorityWherePossible } from './timestamp-authority/server.ts'

export type Stack = {
  /** The configuration that finds everything here. */
  readonly configFile: string
  readonly settings: SettingsInput
  readonly inbox: string
  /** Ends every server; with `temporary`, also removes the folder. May be called again. */
  stop(): Promise<void>
}

export type StackOptions = {
  readonly directory: string
  /** Queue on this Redis instead of PostgreSQL. */
  readonly redisUrl?: string | undefined
  /** Removed when stopped; nothing needs to outlive a power cut. */
  readonly temporary?: boolean
  readonly overrides?: Partial<SettingsInput>
}

type Secrets = { readonly app: string; readonly system: string; readonly storage: string }

/**
 * Everything that Scellé needs around it, on this machine alone: PostgreSQL from its npm package and the development S3
 * server. For development, demonstrations and tests: what they hold is only as safe as this folder.
 */
export async function startStack({
  directory,
  redisUrl,
  temporary = false,
  overrides = {},
}: StackOptions): Promise<Stack> {
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const secrets = await keptSecrets(path.join(directory, 'secrets.json'))
  const postgres = await startEmbeddedPostgres({
    directory: path.join(directory, 'postgres'),
    durable: !temporary,
    temporary,
  })
  const credentials = { accessKeyId: 'scelle', secretAccessKey: secrets.storage }
  const s3 = await startDevelopmentS3({ directory: path.join(directory, 's3'), credentials }).catch(
    async (error: unknown) => {
      await postgres.stop()
      throw error
    },
  )
  const authority = await startAuthorityWherePossible({
    directory: path.join(directory, 'timestamps'),
  }).catch(async (error: unknown) => {
    await Promise.allSettled([s3.close(), postgres.stop()])
    throw error
  })
  const signing = await keptSigning(path.join(directory, 'certificates')).catch(async (error: unknown) => {
    await Promise.allSettled([s3.close(), postgres.stop(), authority?.close()])
    throw error
  })
  const inbox = path.join(directory, 'inbox')
  const configFile = path.join(directory, 'scelle.json')
  const s3Access = { endpoint: s3.endpoint, ...credentials }
  const settings = {
    ...embeddedSettings({ ownerUrl: postgres.url, passwords: secrets, s3: s3Access, redisUrl }),
    ...(authority ? { timestamps: developmentTime(authority) } : {}),
    ...(signing ? { certificates: { signing, everySeconds: 2 } } : {}),
    ...overrides,
  }
  await mkdir(inbox, { recursive: true, mode: 0o700 })
  await mkdir(path.join(directory, 'keys'), { recursive: true, mode: 0o700 })
  await writeFile(configFile, `${JSON.stringify(settings, null, 2)}\n`, { mode: 0o600 })

  return {
    configFile,
    settings,
    inbox,
    async stop() {
      await Promise.allSettled([s3.close(), postgres.stop(), authority?.close()])
      if (temporary) await rm(directory, { recursive: true, force: true })
    },
  }
}

const developmentTime = ({ url, anchorFile }: DevelopmentAuthority): SettingsInput['timestamps'] => ({
  authorities: [{ name: 'development', url, anchors: anchorFile }],
  everySeconds: 2,
})

/** The configuration of a house on embedded parts, its folders beside the file. */
export function embeddedSettings(parts: {
  readonly ownerUrl: string
  readonly passwords: { readonly app: string; readonly system: string }
  readonly s3: { readonly endpoint: string; readonly accessKeyId: string; readonly secretAccessKey: string }
  /** Without it the queue is in PostgreSQL. */
  readonly redisUrl?: string | undefined
}): SettingsInput {
  const { ownerUrl, passwords, s3, redisUrl } = parts
  const systemUrl = roleUrl(ownerUrl, 'scelle_system', passwords.system)
  const bucket = (name: string) => ({ ...s3, region: 'dev', bucket: name })
  return {
    production: false,
    database: { ownerUrl, appUrl: roleUrl(ownerUrl, 'scelle_app', passwords.app), systemUrl },
    queue: redisUrl ? { backend: 'redis', url: redisUrl } : { backend: 'postgres', url: systemUrl },
    keys: { master: 'keys/master.json', ledger: 'keys/ledger.json' },
    staging: bucket('staging'),
    archives: { primary: bucket('archive') },
    inbox: { directory: 'inbox', quietSeconds: 3, pollSeconds: 0.5 },
    retention: { lockDays: 1 },
    ledger: { name: 'ledger.scelle.test', checkpointSeconds: 2, publishSeconds: 5 },
  }
}

function roleUrl(ownerUrl: string, role: string, password: string): string {
  const url = new URL(ownerUrl)
  url.username = role
  url.password = password
  return url.href
}

/** Drawn once for each folder: data that is kept stays readable. */
async function keptSecrets(file: string): Promise<Secrets> {
  if (existsSync(file)) return JSON.parse(await readFile(file, 'utf8')) as Secrets
  const draw = () => randomBytes(24).toString('base64url')
  const secrets = { app: draw(), system: draw(), storage: draw() }
  await writeFile(file, JSON.stringify(secrets), { mode: 0o600 })
  return secrets
}
