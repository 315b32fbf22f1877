import { randomUUID } from 'node:crypto'
import { link, mkdir, open, readdir, readFile, rm } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { Failure } from '../../domain/failure.ts'
import { strictBase64 } from '../../ledger/note.ts'
import type { WitnessedHeads, WitnessState } from '../../evidence-ports.ts'

const Head = z.strictObject({
  size: z.number().int().nonnegative(),
  root: z
    .string()
    .transform((text) => strictBase64(text) ?? Buffer.alloc(0))
    .refine((root) => root.length === 32),
  note: z.string(),
})

/** By the names of logs, of which none is lost: a record would leave out `__proto__`. */
const Heads = z
  .custom<object>((value) => typeof value === 'object' && value !== null && !Array.isArray(value))
  .transform((heads): [string, unknown][] => Object.entries(heads))
  .pipe(z.array(z.tuple([z.string(), Head])))

const State = z.strictObject({ version: z.literal(1), heads: Heads })

/** Generations kept besides the last: what others may be reading. */
const keptBehind = 2

/**
 * What a witness remembers, in a folder: a file for each generation, the one with the highest number counts. A generation
 * is written whole, brought to the disk, and only then given its name, which nobody else can have given before: two
 * processes never both go on from the same one.
 */
export const openWitnessState = (folder: string): WitnessState => ({
  async read() {
    const generation = (await generations(folder)).at(-1)
    if (generation === undefined) throw new Failure('witness-state-missing')
    return { generation, heads: await readGeneration(folder, generation) }
  },

  async replace({ generation }, heads) {
    const next = generation + 1
    if (!(await writeGeneration(folder, next, heads))) return false
    // Whoever slept while others went on, and old generations were cleared away, must not count.
    const present = await generations(folder)
    if (present.at(-1) !== next) {
      await rm(fileOf(folder, next), { force: true })
      return false
    }
    for (const old of present) if (old < next - keptBehind) await rm(fileOf(folder, old), { force: true })
    return true
  },
})

/** Makes the memory of a witness that never signed. @throws Failure already-registered */
export async function createWitnessState(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  if ((await generations(folder)).length > 0 || !(await writeGeneration(folder, 1, new Map())))
    throw new Failure('already-registered', { kind: 'witness-memory' })
}

const fileOf = (folder: string, generation: number): string =>
  path.join(folder, `${String(generation).padStart(12, '0')}.json`)

async function generations(folder: string): Promise<number[]> {
  const names = await readdir(folder).catch((cause: unknown) => {
    throw new Failure('witness-state-missing', {}, { cause })
  })
  return names
    .flatMap((name) => (/^\d{12}\.json$/.test(name) ? [Number(name.slice(0, 12))] : []))
    .sort((one, other) => one - other)
}

async function readGeneration(folder: string, generation: number): Promise<WitnessedHeads> {
  try {
    const { heads } = State.parse(JSON.parse(await readFile(fileOf(folder, generation), 'utf8')))
    return new Map(heads)
  } catch (cause) {
    throw new Failure('witness-state-invalid', {}, { cause })
  }
}

async function writeGeneration(folder: string, generation: number, heads: WitnessedHeads): Promise<boolean> {
  const entries = [...heads].map(([origin, { size, root, note }]) => [
    origin,
    { size, root: root.toString('base64'), note },
  ])
  const text = `${JSON.stringify({ version: 1, heads: Object.fromEntries(entries) }, null, 2)}\n`
  const unfinished = path.join(folder, `unfinished-${randomUUID()}`)
  try {
    const file = await open(unfinished, 'wx', 0o600)
    await file.writeFile(text)
    await file.sync()
    await file.close()
    await link(unfinished, fileOf(folder, generation))
    await syncFolder(folder)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  } finally {
    await rm(unfinished, { force: true })
  }
}

/** A new name is on the disk once its folder is. */
async function syncFolder(folder: string): Promise<void> {
  const directory = await open(folder, 'r')
  await directory.sync()
  await directory.close()
}
