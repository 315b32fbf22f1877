import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
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
  const draft = `${path}.${randomUUID()}`
  const file = openSync(draft, 'wx', 0o600)
  try {
    writeSync(file, `${JSON.stringify(content, undefined, 2)}\n`)
    fsyncSync(file)
    // Unlike a rename, a link refuses to replace.
    linkSync(draft, path)
  } catch (error) {
    if (codeOf(error) === 'EEXIST') throw new Failure('already-registered', { kind: 'key-file' })
    throw error
  } finally {
    closeSync(file)
    unlinkSync(draft)
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
