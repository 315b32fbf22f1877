import { readFile } from 'node:fs/promises'
import path from 'node:path'
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
  const settings = parse(await withSecrets(json(text), directory))
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
  } catch {
    throw new Failure('configuration-invalid', { count: 1, faults: 'not-json' })
  }
}

function parse(value: unknown): Settings {
  const result = Settings.safeParse(value)
  if (result.success) return result.data
  const faults = result.error.issues.map(
    (issue) => `${issue.path.join('.') || '.'}: ${issue.code.replaceAll('_', '-')}`,
  )
  throw new Failure('configuration-invalid', { count: faults.length, faults: faults.join('; ') })
}

async function withSecrets(value: unknown, directory: string): Promise<unknown> {
  if (Array.isArray(value)) return Promise.all(value.map((one) => withSecrets(one, directory)))
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value)
  if (entries.length === 1 && entries[0]![0] === 'file' && typeof entries[0]![1] === 'string') {
    const secret = await readFile(path.resolve(directory, entries[0]![1]), 'utf8').catch(() => {
      throw new Failure('configuration-invalid', { count: 1, faults: 'secret-file-missing' })
    })
    return secret.trim()
  }
  return Object.fromEntries(
    await Promise.all(entries.map(async ([key, one]) => [key, await withSecrets(one, directory)] as const)),
  )
}
