import { access, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { Failure } from '../../domain/failure.ts'
import { BatchId } from '../../domain/ids.ts'
import type { Claim, Clock, HotFolder } from '../../ports.ts'
import { doneMarker, readDrop, snapshotOf } from './drop-folder.ts'

/** Ours, inside the hot folder so that a claim is a rename within one file system. */
const claimedFolder = path.join('.scelle', 'claimed')
const answerFolders = { refused: '_refused', returned: '_returned' } as const
const answerText = 'LISEZ-MOI.txt'
const answerFacts = 'answer.json'

type Seen = { readonly snapshot: string; readonly since: number }

/**
 * A folder watched by polling, because network shares announce nothing. Scanners drop batch folders straight into it;
 * names that begin with a dot or an underscore are not batches.
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
  const placeOf = ({ batchId, name }: Claim) => path.join(claimedRoot, batchId, name)

  /** The snapshot of a folder that is whole, else undefined. */
  const wholeness = async (name: string): Promise<string | undefined> => {
    const folder = path.join(directory, name)
    const snapshot = await snapshotOf(folder)
    if (await exists(path.join(folder, doneMarker))) return snapshot
    const now = clock.now().getTime()
    const known = seen.get(name)
    if (known?.snapshot !== snapshot) {
      seen.set(name, { snapshot, since: now })
      return undefined
    }
    return now - known.since >= quietSeconds * 1000 ? snapshot : undefined
  }

  const move = async (claim: Claim, target: string): Promise<void> => {
    await rename(placeOf(claim), target)
    await rm(path.join(claimedRoot, claim.batchId), { recursive: true, force: true })
  }

  const claimOne = async (name: string, snapshot: string, batchId: BatchId): Promise<Claim | undefined> => {
    const claim = { batchId, name }
    await mkdir(path.join(claimedRoot, batchId), { mode: 0o700 })
    await rename(path.join(directory, name), placeOf(claim))
    seen.delete(name)
    // Whoever wrote through an open file while we renamed shows here.
    if ((await snapshotOf(placeOf(claim))) === snapshot) return claim
    await move(claim, path.join(directory, name))
    return undefined
  }

  return {
    async claim(newBatchId) {
      const names = await droppedNames(directory)
      for (const name of seen.keys()) if (!names.includes(name)) seen.delete(name)
      const claims: Claim[] = []
      for (const name of names) {
        const snapshot = await wholeness(name).catch(() => undefined)
        const claim = snapshot === undefined ? undefined : await claimOne(name, snapshot, newBatchId())
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
        else await rm(path.join(claimedRoot, id), { recursive: true, force: true })
      }
      return claims
    },

    read: (claim) => readDrop(placeOf(claim)),

    putBack: (claim) => move(claim, path.join(directory, claim.name)),

    async giveBack(claim, kind, answer, only) {
      const target = path.join(directory, answerFolders[kind], `${claim.name}-${claim.batchId.slice(-8)}`)
      await mkdir(path.dirname(target), { recursive: true, mode: 0o700 })
      const place = placeOf(claim)
      if (only) {
        const kept = new Set<string>(only)
        for (const name of await readdir(place))
          if (!kept.has(name)) await rm(path.join(place, name), { recursive: true, force: true })
      }
      await rm(path.join(place, doneMarker), { force: true })
      await writeFile(path.join(place, answerFacts), `${JSON.stringify(answer.facts, null, 2)}\n`)
      await writeFile(path.join(place, answerText), answer.text)
      await move(claim, target)
    },

    async release(claim) {
      await rm(path.join(claimedRoot, claim.batchId), { recursive: true, force: true })
    },
  }
}

async function droppedNames(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { withFileTypes: true }).catch((cause: unknown) => {
    throw new Failure('batch-not-a-folder', {}, { cause })
  })
  const folders = entries.filter((entry) => entry.isDirectory() && !/^[._]/.test(entry.name))
  return folders.map(({ name }) => name).sort()
}

const exists = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  )
