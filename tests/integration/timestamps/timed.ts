import { createHash, randomBytes, X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { openTimestamps } from '../../../src/adapters/postgres/timestamps.ts'
import { openBucket } from '../../../src/adapters/s3/object-store.ts'
import { openTimestampAuthorities } from '../../../src/adapters/timestamps/authorities.ts'
import type { TimeKeeper } from '../../../src/commands/keep-timestamps.ts'
import {
  type AuthorityFault,
  startTimestampAuthority,
} from '../../../src/devstack/timestamp-authority/server.ts'
import type { OrganisationId } from '../../../src/domain/ids.ts'
import { startServer } from '../../contracts/object-store/development-s3.ts'
import { createTestDatabase } from '../../database.ts'
import { addFullOrganisation } from '../postgres/full-organisation.ts'

export type Timed = Awaited<ReturnType<typeof openTimed>>

/** A database, an archive and two authorities, of which the first goes wrong as told. */
export async function openTimed() {
  const database = await createTestDatabase()
  const s3 = await startServer()
  const archive = openBucket({ ...s3, bucket: 'archive', forcePathStyle: true, objectLock: false })
  await archive.ensureBucket()
  const state: { fault: AuthorityFault | undefined; ahead: number; asked: number } = {
    ...{ fault: undefined, ahead: 0, asked: 0 },
  }
  const folder = (name: string) => path.join(s3.directory, 'authorities', name)
  const first = await startTimestampAuthority({
    directory: folder('one'),
    faults: () => {
      state.asked++
      return state.fault
    },
  })
  const second = await startTimestampAuthority({ directory: folder('two') })
  const clock = { now: () => new Date(Date.now() + state.ahead) }
  const anchors = await Promise.all(
    [first, second].map(async ({ anchorFile }) => new X509Certificate(await readFile(anchorFile)).raw),
  )
  const options = (name: string, url: string) => ({
    ...{ name, url, anchors, timeoutMs: 20_000, toleranceMs: 60_000 },
  })
  const authorityOf = (...names: ('one' | 'two')[]) =>
    openTimestampAuthorities(
      names.map((name) => options(name, name === 'one' ? first.url : second.url)),
      { clock: { now: () => new Date() }, random: randomBytes },
    )
  const timestamps = openTimestamps(database.system, clock)

  return {
    ...{ database, archive, s3, state, clock, anchors, timestamps, authorityOf, first },
    keeper: (changes: Partial<TimeKeeper> = {}): TimeKeeper => ({
      ...{ timestamps, anchors, clock, authority: authorityOf('one'), archives: { archive } },
      ...{ atOnce: 4, renewBeforeDays: 180, ends: {} },
      ...changes,
    }),
    /** A signed head, as the sequencer would write it. */
    async addCheckpoint(size: number) {
      const root = createHash('sha256').update(String(size)).digest()
      const note = `ledger.test\n${size}\n${root.toString('base64')}\n\n— ledger.test ${randomBytes(68).toString('base64')}\n`
      await database.system
        .insertInto('ledger_checkpoints')
        .values({ size, root, note, frontier: [root], at: clock.now(), archived_at: null })
        .execute()
      return note
    },
    /** An organisation with one deposited access copy. */
    async addDeposit(): Promise<OrganisationId> {
      const organisationId = await addFullOrganisation(database)
      await database.owner.deleteFrom('timestamps_waiting').execute()
      await database.owner
        .updateTable('deposits')
        .set({ deposited_at: clock.now() })
        .where('organisation_id', '=', organisationId)
        .execute()
      return organisationId
    },
    copies: async () => {
      const keys: string[] = []
      for await (const { key } of archive.versions('timestamps/')) keys.push(key)
      return keys
    },
    async close() {
      archive.close()
      await Promise.all([first.close(), second.close()])
      await s3.close()
      await database.drop()
    },
  }
}
