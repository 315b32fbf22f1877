import { randomBytes } from 'node:crypto'
import { misuse } from './frame.ts'
import type { SettingsInput } from '../settings/settings.ts'

/** Stands where only the administrator knows what to write. */
export const fillMeIn = 'FILL-ME-IN'

export type Answers = {
  readonly language: 'fr' | 'en'
  readonly ownerUrl: string
  /** The queue is on this Redis, else in PostgreSQL. */
  readonly redisUrl: string | undefined
  readonly storage: { endpoint: string; accessKeyId: string; secretAccessKey: string }
}

/** A whole configuration from what was answered; the passwords of the two roles are drawn. */
export function draftConfiguration({ language, ownerUrl, redisUrl, storage }: Answers): SettingsInput {
  const systemUrl = withRole(ownerUrl, 'scelle_system')
  return {
    production: true,
    language,
    database: { ownerUrl, appUrl: withRole(ownerUrl, 'scelle_app'), systemUrl },
    queue: redisUrl ? { backend: 'redis', url: redisUrl } : { backend: 'postgres', url: systemUrl },
    keys: { master: 'keys/master.json', ledger: 'keys/ledger.json' },
    staging: { ...storage, bucket: 'scelle-staging' },
    archives: { main: { ...storage, bucket: 'scelle-archive' } },
    inbox: { directory: 'inbox' },
  }
}

/** @throws Failure usage */
function withRole(ownerUrl: string, role: string): string {
  if (!URL.canParse(ownerUrl)) throw misuse('not-a-url', 'PostgreSQL')
  const url = new URL(ownerUrl)
  url.username = role
  url.password = randomBytes(24).toString('base64url')
  return url.href
}

/** Paths of the settings that are still to be filled in. */
export function unfilled(value: unknown, at = ''): string[] {
  if (typeof value === 'string') return value.includes(fillMeIn) ? [at] : []
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, one]) => unfilled(one, at ? `${at}.${key}` : key))
}
