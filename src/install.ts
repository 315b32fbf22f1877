import { existsSync } from 'node:fs'
import { prepareQueues } from './adapters/bullmq/backend.ts'
import { createKeyFile } from './adapters/keys/local-file.ts'
import { createLedgerKeyFile, createLedgerReference } from './adapters/keys/local-signer.ts'
import { openDatabase } from './adapters/postgres/database.ts'
import { openEpochRegister } from './adapters/postgres/epoch-register.ts'
import { migrate } from './adapters/postgres/migrate.ts'
import { needsFormerKeys } from './adapters/postgres/wrapped-keys.ts'
import { openBucket } from './adapters/s3/object-store.ts'
import { checkIndexKeys } from './commands/rotate-keys.ts'
import { Failure } from './domain/failure.ts'
import { type Keyring, openKeyring } from './keyring.ts'
import type { Settings } from './settings/settings.ts'

/** What the installation did, by name, for whoever watches. */
export type InstallStep = 'database' | 'keys' | 'queue' | 'buckets'

/**
 * Makes what the configuration names, and leaves alone what is there: tables and roles, key files, the queue's schema,
 * buckets. May be run at every upgrade; the roles take the passwords of the configured URLs.
 *
 * @throws Failure configuration-invalid without `database.ownerUrl`, database-away, key-lost, queue-away, storage-refused, key-unavailable, index-key-differs
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
  await makeKeys(keys, ledger.name, await needsFormerKeys(database.systemUrl))
  await makeEpochsKnown(settings)

  onStep('queue')
  const owned = queue.backend === 'postgres' ? database.ownerUrl : queue.url
  await prepareQueues({ kind: queue.backend, url: owned }, queue.prefix, ['scelle_system'])

  onStep('buckets')
  await ensureBucket({ ...staging, objectLock: false })
  for (const archive of Object.values(archives))
    await ensureBucket({ ...archive, objectLock: retention.lockDays > 0 })
}

/** @throws Failure index-key-differs when the index key is not the one that the database was filled with */
async function makeEpochsKnown({ keys, database }: Settings): Promise<void> {
  const keyring = openKeyring(keys)
  const system = openDatabase({ url: database.systemUrl, connections: 1 })
  try {
    const register = openEpochRegister(system, { now: () => new Date() })
    for (const store of keyring.stores()) for (const epoch of await store.epochs()) await register.made(epoch)
    await checkIndexKeys(keyring.stores(), register)
  } finally {
    await system.destroy()
    keyring.close()
  }
}

type Needs = Awaited<ReturnType<typeof needsFormerKeys>>

async function makeKeys(keys: Settings['keys'], ledgerName: string, needs: Needs): Promise<void> {
  const keyring = openKeyring(keys)
  try {
    if (keys.provider === 'local') makeMasterFile(keys.master!, needs)
    else await fillToken(keyring, needs)
    if (existsSync(keys.ledger)) return
    if (needs.ledger) throw new Failure('key-lost', { file: 'keys.ledger' })
    if (keys.provider === 'local') createLedgerKeyFile(keys.ledger, ledgerName)
    else createLedgerReference(keys.ledger, ledgerName, await keyring.ledgerKey())
  } finally {
    keyring.close()
  }
}

function makeMasterFile(file: string, needs: Needs): void {
  if (existsSync(file)) return
  if (needs.master) throw new Failure('key-lost', { file: 'keys.master' })
  createKeyFile(file)
}

/** A file to move away from is left to « scelle keys rotate ». */
async function fillToken(keyring: Keyring, needs: Needs): Promise<void> {
  const [token, ...former] = keyring.stores()
  if (former.length > 0 || (await token.epochs()).length > 0) return
  if (needs.master) throw new Failure('key-lost', { file: 'keys.pkcs11' })
  if (!(await token.hasIndexKey())) await token.makeIndexKey()
  await token.makeEpoch(1)
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
