import { chmod, lstat, mkdir, readdir, rename, rm, rmdir, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { Failure } from '../../domain/failure.ts'
import { BatchId } from '../../domain/ids.ts'
import type { Claim, Clock, HotFolder } from '../../ports.ts'
import { doneMarker, dropped, filesOf, readDrop, trifles } from './drop-folder.ts'
import { entriesOf, type Entry, snapshotOf } from './entries.ts'

/** Ours, inside the hot folder so that a claim is a rename within one file system. */
const claimedFolder = path.join('.scelle', 'claimed')
const answerFolders = { refused: '_refused', returned: '_returned' } as const
const answerText = 'LISEZ-MOI.txt'
const answerFacts = 'answer.json'

type Seen = { readonly snapshot: string; readonly since: number }

/**
 * A folder watched by polling, because network shares announce nothing. Scanners drop batch folders straight into it;
 * names that begin with a dot or an underscore are not batches. Nothing is removed from it but what is named.
 */
export async function openHotFolder(options: {
  directory: string
  quietSeconds: number
  clock: Clock
}): Promise<HotFolder> {
  const { directory, quietSeconds, clock } = options
  const claimedRoot = path.join(directory, claimedFolder)
  await mkdir(claimedRoot, { recursive: true, mode: 0o700 })
  const seen = new Map<string, Seen>()
  const homeOf = ({ batchId }: Claim) => path.join(claimedRoot, batchId)
  const placeOf = (claim: Claim) => path.join(homeOf(claim), claim.name)

  /** The snapshot of a folder that is whole, else undefined. */
  const wholeness = async (folder: Entry): Promise<string | undefined> => {
    const snapshot = await snapshotOf(await dropped(folder.path))
    if (await exists(Buffer.concat([folder.path, Buffer.from(`/${doneMarker}`)]))) return snapshot
    const now = clock.now().getTime()
    const known = seen.get(keyOf(folder))
    if (known?.snapshot !== snapshot) {
      seen.set(keyOf(folder), { snapshot, since: now })
      return undefined
    }
    return now - known.since >= quietSeconds * 1000 ? snapshot : undefined
  }

  const leave = (claim: Claim) => rmdir(homeOf(claim))

  /** Whoever dropped it may have dropped another of that name meanwhile. */
  const putBack = async (claim: Claim): Promise<void> => {
    const isTaken = await exists(path.join(directory, claim.name))
    await rename(placeOf(claim), path.join(directory, isTaken ? answerName(claim) : claim.name))
    await leave(claim)
  }

  const claimOne = async (folder: Entry, batchId: BatchId): Promise<Claim | undefined> => {
    const { name, path: from, isText } = folder
    const snapshot = await wholeness(folder)
    if (snapshot === undefined) return undefined
    // A name that is no text can be no claim's: it becomes text first, and is a batch in another round.
    if (!isText) {
      await rename(from, path.join(directory, `${shortened(name)}-${batchId.slice(-8)}`))
      return undefined
    }
    const claim = { batchId, name }
    await mkdir(homeOf(claim), { mode: 0o700 })
    await rename(from, placeOf(claim))
    seen.delete(keyOf(folder))
    // Whoever wrote through an open file while we renamed shows here.
    if ((await snapshotOf(await dropped(placeOf(claim)))) === snapshot) return claim
    await putBack(claim)
    return undefined
  }

  /** Whoever may open the hot folder, and put things there, may take out what is given back. */
  const makeOpen = async (place: string): Promise<void> => {
    if (!(await mkdir(place, { recursive: true, mode: 0o700 }))) return
    const { mode } = await stat(directory)
    // A network share may know no modes.
    await chmod(place, mode & 0o7777).catch(() => undefined)
  }

  /** A folder of that name is none of what is to go. */
  const remove = async (claim: Claim, names: readonly string[]): Promise<void> => {
    for (const name of names)
      await rm(path.join(placeOf(claim), name), { force: true }).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ERR_FS_EISDIR') throw error
      })
  }

  return {
    async claim(newBatchId, report = () => {}) {
      const folders = (await entriesOf(directory)).filter(isBatch)
      const present = new Set(folders.map(keyOf))
      for (const key of seen.keys()) if (!present.has(key)) seen.delete(key)
      const claims: Claim[] = []
      for (const folder of folders) {
        // One that cannot be taken, now or ever, keeps no other from being taken.
        const claim = await claimOne(folder, newBatchId()).catch((error: unknown) => {
          report(untaken(error))
          return undefined
        })
        if (claim) claims.push(claim)
      }
      return claims
    },

    async claimed() {
      const claims: Claim[] = []
      for (const id of await readdir(claimedRoot)) {
        const batchId = BatchId.safeParse(id)
        if (!batchId.success) continue
        const [name] = await readdir(path.join(claimedRoot, id))
        if (name !== undefined) claims.push({ batchId: batchId.data, name })
        // Claimed and let go of, but cut off before the last step.
        else await rmdir(path.join(claimedRoot, id))
      }
      return claims
    },

    read: (claim) => readDrop(placeOf(claim)),
    files: async (claim) => filesOf(await dropped(placeOf(claim))),
    putBack,

    async giveBack(claim, kind, answer, done = []) {
      // The answer lies beside the folder, where no file of the operator's can have its name.
      const target = path.join(directory, answerFolders[kind], answerName(claim))
      for (const place of [path.dirname(target), target]) await makeOpen(place)
      await writeFile(path.join(target, answerFacts), `${JSON.stringify(answer.facts, null, 2)}\n`)
      await writeFile(path.join(target, answerText), answer.text)
      await remove(claim, [...done, doneMarker])
      await rename(placeOf(claim), path.join(target, claim.name))
      await leave(claim)
    },

    async release(claim, done) {
      await remove(claim, done)
      const rest = await dropped(placeOf(claim))
      if (rest.some(({ name, kind }) => kind === 'folder' || !trifles.includes(name))) return false
      await remove(claim, trifles)
      await rmdir(placeOf(claim))
      await leave(claim)
      return true
    },
  }
}

/** A folder that is not ours to take: its name, which the system's words quote, stays out of what is said. */
function untaken(cause: unknown): Failure {
  if (cause instanceof Failure) return cause
  const reason = (cause as NodeJS.ErrnoException).code ?? 'unknown'
  return new Failure('input-unreadable', { reason }, { cause })
}

/** A folder's name, every byte of it. */
const keyOf = ({ path }: Entry): string => path.toString('latin1')

const isBatch = ({ name, kind }: Entry): boolean => kind === 'folder' && !/^[._]/.test(name)

/** A name of its own beside others, short enough for every file system: the end of a batch's id is random. */
const answerName = ({ name, batchId }: Claim): string => `${shortened(name)}-${batchId.slice(-8)}`

/** At most 200 bytes of UTF-8. */
function shortened(name: string): string {
  let short = name
  while (Buffer.byteLength(short) > 200) short = [...short].slice(0, -1).join('')
  return short
}

const exists = (file: string | Buffer): Promise<boolean> =>
  lstat(file).then(
    () => true,
    () => false,
  )
