import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto'
import pg from 'pg'
import { Failure } from '../../domain/failure.ts'

/** `scelle_app` sees one organisation at a time; `scelle_system` crosses them. Neither owns a table. */
export type RoleName = 'scelle_app' | 'scelle_system'
export type RolePasswords = { readonly app: string; readonly system: string }

export const drawPasswords = (): RolePasswords => ({
  app: randomBytes(24).toString('base64url'),
  system: randomBytes(24).toString('base64url'),
})

/** The owner's URL with another role and its password. */
export function roleUrl(ownerUrl: string, role: RoleName, passwords: RolePasswords): string {
  const url = new URL(ownerUrl)
  url.username = role
  url.password = role === 'scelle_app' ? passwords.app : passwords.system
  return url.href
}

/**
 * Creates both roles where they are missing and gives them their passwords. Roles belong to the whole server, so the
 * migration of another database may be doing the same.
 */
export async function ensureRoles(client: pg.Client, passwords: RolePasswords): Promise<void> {
  await ensureRole(client, 'scelle_app', passwords.app)
  await ensureRole(client, 'scelle_system', passwords.system)
}

async function ensureRole(client: pg.Client, role: RoleName, password: string): Promise<void> {
  await client.query(`do $$ begin
    create role ${role} login nosuperuser nobypassrls nocreatedb nocreaterole noreplication;
  exception when duplicate_object or unique_violation then null;
  end $$`)
  const { rows } = await client.query<{ unbound: boolean }>(
    'select rolsuper or rolbypassrls as unbound from pg_roles where rolname = $1',
    [role],
  )
  if (rows[0]?.unbound !== false) throw new Failure('role-too-powerful', { role })
  await client.query(`alter role ${role} password ${pg.escapeLiteral(scramVerifier(password))}`)
}

/** What the server keeps of a password (RFC 5803): sent in its place, so that no server log can hold the password. */
function scramVerifier(password: string, salt = randomBytes(16), iterations = 4096): string {
  const salted = pbkdf2Sync(password.normalize('NFKC'), salt, iterations, 32, 'sha256')
  const hmac = (label: string) => createHmac('sha256', salted).update(label).digest()
  const storedKey = createHash('sha256').update(hmac('Client Key')).digest('base64')
  return `SCRAM-SHA-256$${iterations}:${salt.toString('base64')}$${storedKey}:${hmac('Server Key').toString('base64')}`
}
