import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  unlinkSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { randomUUID } from 'node:crypto'
import type { z } from 'zod'
import { Failure } from '../../domain/failure.ts'

/** Refuses what others than the owner can read or write; the bits of group and world. */
const others = 0o077

const codeOf = (error: unknown): unknown => (error as NodeJS.ErrnoException).code

/**
 * Reads a key file.
 * @throws Failure key-missing, key-file-exposed (group or world may read or write it), key-file-invalid
 */
export function readKeyFile<Content>(path: string, shape: z.ZodType<Content>): Content {
  const result = shape.safeParse(parseJson(readPrivately(path)))
  // Zod's own message may quote what it read.
  if (!result.success) throw new Failure('key-file-invalid', { reason: 'shape' })
  return result.data
}

function readPrivately(path: string): string {
  let file: number
  try {
    file = openSync(path, 'r')
  } catch (error) {
    if (codeOf(error) === 'ENOENT') throw new Failure('key-missing')
    throw new Failure('key-file-invalid', { reason: String(codeOf(error)).toLowerCase() })
  }
  try {
    const { mode } = fstatSync(file)
    if ((mode & constants.S_IFMT) !== constants.S_IFREG)
      throw new Failure('key-file-invalid', { reason: 'not-a-file' })
    if (mode & others)
      throw new Failure('key-file-exposed', { mode: (mode & 0o777).toString(8).padStart(4, '0') })
    return readFileSync(file, 'utf8')
  } finally {
    closeSync(file)
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new Failure('key-file-invalid', { reason: 'json' })
  }
}

/**
 * Writes a new key file, whole and flushed to the disk or not at all; one that is there is never touched, because what was
 * wrapped under it would be lost.
 * @throws Failure already-registered
 */
export function writeKeyFile(path: string, content: object): void {
  withDraft(path, content, (draft) => {
    try {
      // Unlike a rename, a link refuses to replace.
      linkSync(draft, path)
    } catch (error) {
      if (codeOf(error) === 'EEXIST') throw new Failure('already-registered', { kind: 'key-file' })
      throw error
    }
    unlinkSync(draft)
  })
}

/** Puts a key file in the place of a former one; at no moment is there none, or half of one. */
export const replaceKeyFile = (path: string, content: object): void =>
  withDraft(path, content, (draft) => renameSync(draft, path))

/** Takes a key file away for good. That no copy is left, and nothing on the disk, is for its keeper to see to. */
export function removeKeyFile(path: string): void {
  unlinkSync(path)
  flushFolder(dirname(path))
}

/** A key file as it is written. */
export const textOf = (content: object): string => `${JSON.stringify(content, undefined, 2)}\n`

function withDraft(path: string, content: object, put: (draft: string) => void): void {
  const draft = `${path}.${randomUUID()}`
  const file = openSync(draft, 'wx', 0o600)
  try {
    writeSync(file, textOf(content))
    fsyncSync(file)
    put(draft)
  } catch (error) {
    rmSync(draft, { force: true })
    throw error
  } finally {
    closeSync(file)
  }
  flushFolder(dirname(path))
}

function flushFolder(path: string): void {
  const folder = openSync(path, 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}
