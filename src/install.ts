import { existsSync } from 'node:fs'
import { prepareQueues } from './adapters/bullmq/backend.ts'
import { createKeyFile } from './adapters/keys/local-file.ts'
import { createLedgerKeyFile } from './adapters/keys/local-signer.ts'
import { migrate } from './adapters/postgres/migrate.ts'
import { needsFormerKeys } from './adapters/postgres/wrapped-keys.ts'
import { openBucket } from './adapters/s3/object-store.ts'
import { Failure } from './domain/failure.ts'
import type { Settings } from './settings/settings.ts'

/** What the installation did, by name, for whoever watches. */
export type InstallStep = 'database' | 'keys' | 'queue' | 'buckets'

/**
 * Makes what the configuration names, and leaves alone what is there: tables and roles, key files, the queue's schema,
 * buckets. May be run at every upgrade; the roles take the passwords of the configured URLs.
 *
 * @throws Failure configuration-invalid without `database.ownerUrl`, database-away, key-lost, queue-away, storage-refused
 */
export async function install(
  settings: Settings,
  onStep: (step: InstallStep) => void = () => {},
): Promise<void> {
  const { keys, database, queue, ledger, staging, archives, retention } = settings
  if (!database.ownerUrl)
    throw new Failure('configuration-invalid', { count: 1, faults: 'database.ownerUrl: missing' })

  onStep('database')
  await migrate(database.ownerUrl, {
    app: passwordOf(database.appUrl),
    system: passwordOf(database.systemUrl),
  })

  onStep('keys')
  const needs = await needsFormerKeys(database.systemUrl)
  if (!existsSync(keys.master)) {
    if (needs.master) throw new Failure('key-lost', { file: 'keys.master' })
    createKeyFile(keys.master)
  }
  if (!existsSync(keys.ledger)) {
    if (needs.ledger) throw new Failure('key-lost', { file: 'keys.ledger' })
    createLedgerKeyFile(keys.ledger, ledger.name)
  }

  onStep('queue')
  const owned = queue.backend === 'postgres' ? database.ownerUrl : queue.url
  await prepareQueues({ kind: queue.backend, url: owned }, queue.prefix, ['scelle_system'])

  onStep('buckets')
  await ensureBucket({ ...staging, objectLock: false })
  for (const archive of Object.values(archives))
    await ensureBucket({ ...archive, objectLock: retention.lockDays > 0 })
}

const passwordOf = (url: string): string => decodeURIComponent(new URL(url).password)

async function ensureBucket(options: Parameters<typeof openBucket>[0]): Promise<void> {
  const bucket = openBucket(options)
  try {
    await bucket.ensureBucket()
  } finally {
    bucket.close()
  }
}
