import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { core } from 'zod'
import { Failure } from '../domain/failure.ts'
import { Settings } from './settings.ts'

const defaultConfigFile = 'scelle.json'

/** Where the configuration is: named, else SCELLE_CONFIG, else scelle.json here. The only reader of the environment. */
export const configFile = (named?: string): string =>
  path.resolve(named ?? process.env['SCELLE_CONFIG'] ?? defaultConfigFile)

/**
 * The reader's language: named, else of the configuration if it says one, else of the environment (LC_ALL, LC_MESSAGES,
 * LANG), else French. Never fails: it is asked for before anything is known to be in order.
 */
export async function languageOf(file: string, named?: string): Promise<'fr' | 'en'> {
  const { LC_ALL, LC_MESSAGES, LANG } = process.env
  const configured = await readFile(file, 'utf8').then(
    (text) => /"language"\s*:\s*"(fr|en)"/.exec(text)?.[1],
    () => undefined,
  )
  const wish = named ?? configured ?? (LC_ALL || LC_MESSAGES || LANG) ?? 'fr'
  return wish.toLowerCase().startsWith('en') ? 'en' : 'fr'
}

/**
 * Reads the configuration. Relative paths are beside the file; `{ "file": "…" }` in place of any text takes the text from
 * a file, as secrets come in containers.
 *
 * @throws Failure configuration-missing, configuration-invalid (every fault at once, by path)
 */
export async function loadSettings(file: string): Promise<Settings> {
  const text = await readFile(file, 'utf8').catch(() => {
    throw new Failure('configuration-missing')
  })
  const directory = path.dirname(file)
  const settings = parse(await withSecretsOf(json(text), directory))
  return {
    ...settings,
    keys: keysBeside(directory, settings.keys),
    timestamps: {
      ...settings.timestamps,
      authorities: settings.timestamps.authorities.map((authority) => ({
        ...authority,
        anchors: path.resolve(directory, authority.anchors),
      })),
      formerAnchors: settings.timestamps.formerAnchors.map((file) => path.resolve(directory, file)),
      revocations: settings.timestamps.revocations.map((file) => path.resolve(directory, file)),
    },
    certificates: certificatesBeside(directory, settings.certificates),
    ...(settings.filing.documentTypes
      ? { filing: { documentTypes: path.resolve(directory, settings.filing.documentTypes) } }
      : {}),
    ...(settings.inbox
      ? { inbox: { ...settings.inbox, directory: path.resolve(directory, settings.inbox.directory) } }
      : {}),
  }
}

function keysBeside(
  directory: string,
  { master, ledger, pkcs11, ...keys }: Settings['keys'],
): Settings['keys'] {
  return {
    ...keys,
    ledger: path.resolve(directory, ledger),
    ...(master ? { master: path.resolve(directory, master) } : {}),
    ...(pkcs11 ? { pkcs11: { ...pkcs11, pinFile: path.resolve(directory, pkcs11.pinFile) } } : {}),
  }
}

function certificatesBeside(
  directory: string,
  { signing, logo, ...more }: Settings['certificates'],
): Settings['certificates'] {
  const beside = (file: string) => path.resolve(directory, file)
  return {
    ...more,
    ...(logo ? { logo: beside(logo) } : {}),
    ...(signing
      ? {
          signing: {
            chain: beside(signing.chain),
            ...(signing.key ? { key: beside(signing.key) } : {}),
          },
        }
      : {}),
  }
}

function json(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    // Of the message the line alone: the rest quotes what stands there.
    const [, line] = /\(line (\d+) /.exec((error as Error).message) ?? []
    throw invalid([line ? `${line}: not-json` : '.: not-json'])
  }
}

function parse(value: unknown): Settings {
  const result = Settings.safeParse(value)
  if (result.success) return result.data
  throw invalid(result.error.issues.flatMap(faultsOf))
}

/** Settings by their path, with the code of what is wrong. */
function faultsOf(issue: core.$ZodIssue): string[] {
  const code = issue.code === 'custom' ? issue.message : issue.code.replaceAll('_', '-')
  const places =
    issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...issue.path, key]) : [issue.path]
  return places.map((place) => `${place.join('.') || '.'}: ${code}`)
}

const invalid = (faults: readonly string[]): Failure =>
  new Failure('configuration-invalid', { count: faults.length, faults: faults.join('; ') })

async function withSecretsOf(configuration: unknown, directory: string): Promise<unknown> {
  const faults: string[] = []
  const value = await withSecrets(configuration, { directory, place: [], faults })
  if (faults.length > 0) throw invalid(faults.sort())
  return value
}

type Where = { readonly directory: string; readonly place: readonly string[]; readonly faults: string[] }

async function withSecrets(value: unknown, where: Where): Promise<unknown> {
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value)
  const [first] = entries
  if (entries.length === 1 && first![0] === 'file' && typeof first![1] === 'string')
    return secretIn(first![1], where)
  const within = (key: string, one: unknown) => withSecrets(one, { ...where, place: [...where.place, key] })
  const found = await Promise.all(entries.map(async ([key, one]) => [key, await within(key, one)] as const))
  return Array.isArray(value) ? found.map(([, one]) => one) : Object.fromEntries(found)
}

async function secretIn(file: string, { directory, place, faults }: Where): Promise<string | undefined> {
  try {
    return (await readFile(path.resolve(directory, file), 'utf8')).trim()
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT'
    faults.push(`${place.join('.')}: secret-file-${isMissing ? 'missing' : 'unreadable'}`)
    return undefined
  }
}
