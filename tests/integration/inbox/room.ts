import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, beforeEach, onTestFinished } from 'vitest'
import { openHotFolder } from '../../../src/adapters/inbox/hot-folder.ts'
import { type Inbox, tendInbox } from '../../../src/commands/tend-inbox.ts'
import { BatchId } from '../../../src/domain/ids.ts'
import type { HotFolder } from '../../../src/ports.ts'
import type { Sheets } from '../stages/paper.ts'
import { openWorks, type Works } from '../stages/works.ts'
import { dropInto } from './drops.ts'

/** A hot folder for each test of a file, before one database with patients: SP-1 consents, SP-3 refuses, SP-2 has not decided. */
export function useHotFolder() {
  let works: Works
  let directory: string
  let folder: HotFolder
  beforeAll(async () => {
    works = await openWorks()
    await works.decide(await works.patient('SP-1'), 'granted')
    await works.decide(await works.patient('SP-3'), 'refused')
    await works.patient('SP-2')
  })
  afterAll(() => works.close())
  beforeEach(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'scelle-inbox-'))
    onTestFinished(() => rm(directory, { recursive: true, force: true }))
    folder = await openHotFolder({ directory, quietSeconds: 5, clock: works.clock })
  })

  const tend = (more: Partial<Inbox> = {}) =>
    tendInbox({ ...works.door, folder, language: 'en', organisationOf: works.organisationOf, ...more })

  let drops = 0
  const drop = (name: string, files: Record<string, Sheets | Buffer>, manifest?: Record<string, unknown>) =>
    dropInto(directory, name, files, manifest)
  const page = (): Sheets => [{ text: `inbox ${++drops}` }]

  async function claimed(): Promise<BatchId> {
    const ids = await readdir(path.join(directory, '.scelle', 'claimed'))
    return BatchId.parse(ids[0])
  }
  /** What lies in the hot folder for people to see, by path. */
  async function lying(place = directory): Promise<string[]> {
    const entries = await readdir(place, { withFileTypes: true, recursive: true })
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => path.relative(directory, path.join(entry.parentPath, entry.name)))
      .map((name) => name.replace(/-[0-9a-f]{8}\//, '/'))
      .sort()
  }
  const answer = async (kind: '_returned' | '_refused') => {
    const [name] = await readdir(path.join(directory, kind))
    return JSON.parse(await readFile(path.join(directory, kind, name!, 'answer.json'), 'utf8')) as {
      reasons: { code: string; file?: string }[]
    }
  }

  /** Submits what was dropped and carries its batch through. */
  async function through(): Promise<BatchId> {
    await tend()
    const id = await claimed()
    await works.run()
    return id
  }
  return {
    ...{ tend, drop, page, claimed, lying, answer, through },
    get works() {
      return works
    },
    get directory() {
      return directory
    },
    get folder() {
      return folder
    },
  }
}
