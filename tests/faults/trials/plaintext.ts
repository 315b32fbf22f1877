import { execFile } from 'node:child_process'
import { readdir, writeFile, rm } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { scanDatabase, scanFolder, scanProcesses } from '../../canaries.ts'
import { marks } from './batch.ts'
import { patiently } from './patience.ts'
import type { Site } from './site.ts'

const run = promisify(execFile)

/** As they were written, and as something could have written them again. */
const canaries = marks.flatMap((mark) => [mark, mark.toLowerCase(), mark[0] + mark.slice(1).toLowerCase()])

/** What stands in clear anywhere but in the operator's own folder: tables, queue, storage, logs, the database's raw files. */
export async function findPlaintext(site: Site): Promise<string[]> {
  const leaks = [
    ...(await patiently(() => scanDatabase(site.owner, canaries))),
    ...(await scanFolder(site.directory, canaries, [site.inbox])),
    ...(await scanProcesses(canaries)),
  ]
  return [...new Set(leaks.map(({ where }) => where)), ...(site.redis ? await redisLeaks(site) : [])]
}

async function redisLeaks({ redis }: Site): Promise<string[]> {
  const args = ['-c', 'redis-cli -p "$0" --rdb - 2>/dev/null', String(redis!.current.port)]
  const { stdout } = await patiently(() => run('sh', args, { encoding: 'buffer', maxBuffer: 2 ** 28 }))
  return canaries.some((canary) => stdout.includes(canary)) ? ['Redis'] : []
}

/** A scan that finds nothing proves something only if it would have found it. */
export async function scanWorks(site: Site): Promise<boolean> {
  const plain = path.join(site.directory, 'plain.txt')
  await writeFile(plain, `… ${marks[0]} …`)
  const found = await scanFolder(site.directory, canaries, [site.inbox])
  await rm(plain)
  return found.some(({ where }) => where === plain)
}

/** Files that workers have left in the folder for temporary files. */
export const leftInTemporary = async ({ temporary }: Site): Promise<string[]> =>
  (await readdir(temporary, { recursive: true })).map((name) => `temporary file ${name}`)
