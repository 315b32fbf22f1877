import { execFile } from 'node:child_process'
import { mkdir, statfs } from 'node:fs/promises'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** A small file system in memory that can be full from one moment to the next. */
export type Disk = { fill(): Promise<void>; free(): Promise<void>; remove(): Promise<void> }

const roomy = 'size=6g'

/** Why disks cannot be filled here; undefined when they can. */
export async function whyNoDisks(scratch: string): Promise<string | undefined> {
  if (process.platform !== 'linux') return 'only Linux has tmpfs'
  if (process.getuid?.() !== 0) return 'only root may mount a tmpfs'
  try {
    await (await mountDisk(scratch)).remove()
    return undefined
  } catch {
    return 'this machine lets nobody mount a tmpfs'
  }
}

export async function mountDisk(folder: string, mode = '700'): Promise<Disk> {
  await mkdir(folder, { recursive: true })
  await run('mount', ['-t', 'tmpfs', '-o', `${roomy},mode=${mode}`, 'tmpfs', folder])
  const resize = (size: string) => run('mount', ['-o', `remount,${size}`, folder])
  return {
    /** It is made as small as what it holds; what grows meanwhile is tried around. */
    async fill() {
      for (let tries = 0; tries < 20; tries++) {
        const { blocks, bfree, bsize } = await statfs(folder)
        const size = `size=${Math.max(blocks - bfree, 1) * bsize}`
        if (
          await resize(size).then(
            () => true,
            () => false,
          )
        )
          return
      }
    },
    free: async () => void (await resize(roomy)),
    remove: async () => void (await run('umount', ['-l', folder])),
  }
}
