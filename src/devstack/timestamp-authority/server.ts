import { randomBytes } from 'node:crypto'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { buffer } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Certified, issue, keptAuthority } from './certificates.ts'
import { openssl } from './openssl.ts'

/**
 * What goes wrong: `away` cuts the connection · `slow` thinks for `ms` before it answers · `status` answers that HTTP status ·
 * `wrong-nonce` and `other-data` stamp another request · `expired-certificate` and `unknown-authority` sign with such
 * certificates · `refuses` says no, as RFC 3161 does · `garbage` answers bytes that are none.
 */
export type AuthorityFault =
  | 'away'
  | { readonly slow: number }
  | { readonly status: number }
  | 'wrong-nonce'
  | 'other-data'
  | 'expired-certificate'
  | 'unknown-authority'
  | 'refuses'
  | 'garbage'

export type DevelopmentAuthority = {
  readonly url: string
  /** PEM of the root that vouches for it. */
  readonly anchorFile: string
  close(): Promise<void>
}

export type AuthorityOptions = {
  /** Where its keys and certificates live; made at the first start, kept when closed. */
  readonly directory: string
  /** 0, the default, takes a free one. */
  readonly port?: number
  /** Asked at every request what should go wrong with it. */
  readonly faults?: () => AuthorityFault | undefined
  readonly signer?: Certified
}

/**
 * A timestamp authority FOR DEVELOPMENT AND TESTS ONLY: `openssl ts` behind HTTP on the loopback interface, its root made on
 * the spot. Its tokens are real in form, and prove nothing to anybody.
 */
export async function startTimestampAuthority(options: AuthorityOptions): Promise<DevelopmentAuthority> {
  const { directory } = options
  const own = options.signer ?? (await keptAuthority(directory))
  let turn: Promise<unknown> = Promise.resolve()

  /** One at a time: they share a serial number. */
  const stamp = (query: Buffer, signer: Certified, folder: string): Promise<Buffer> => {
    const stamped = turn.then(() => reply(folder, query, signer))
    turn = stamped.catch(() => {})
    return stamped
  }

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const fault = options.faults?.()
    if (fault === 'away') return void request.socket.destroy()
    const query = await buffer(request)
    if (typeof fault === 'object' && 'slow' in fault) await sleep(fault.slow, undefined, { ref: false })
    if (typeof fault === 'object' && 'status' in fault) return void response.writeHead(fault.status).end()
    const answer = await answerTo(query, fault)
    response.writeHead(200, { 'content-type': 'application/timestamp-reply' }).end(answer)
  }

  const answerTo = async (query: Buffer, fault: AuthorityFault | undefined): Promise<Buffer> => {
    if (fault === 'garbage') return randomBytes(400)
    if (fault === 'refuses') return Buffer.from('30053003020102', 'hex')
    if (fault === 'expired-certificate') return stamp(query, await expired(directory), directory)
    if (fault === 'unknown-authority') {
      const stranger = path.join(directory, 'stranger')
      return stamp(query, await keptAuthority(stranger), stranger)
    }
    return stamp(fault ? altered(query, fault) : query, own, directory)
  }

  const server = createServer((request, response) => {
    serve(request, response).catch(() => response.destroyed || response.writeHead(500).end())
  })
  server.listen(options.port ?? 0, '127.0.0.1')
  await new Promise((resolve, reject) => server.once('listening', resolve).once('error', reject))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    anchorFile: path.join(directory, 'root.pem'),
    async close() {
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
      await turn
    },
  }
}

/** `openssl ts` reads and writes files only. What passes through them is a digest and its token. */
async function reply(directory: string, query: Buffer, signer: Certified): Promise<Buffer> {
  const name = randomBytes(6).toString('hex')
  const [asked, answered] = [`${name}.tsq`, `${name}.tsr`]
  try {
    await writeFile(path.join(directory, asked), query)
    await openssl(
      directory,
      ...['ts', '-reply', '-config', 'openssl.cnf', '-section', 'stamps', '-queryfile', asked],
      ...['-signer', signer.certificate, '-inkey', signer.key, '-out', answered],
    )
    return await readFile(path.join(directory, answered))
  } finally {
    await Promise.all([asked, answered].map((file) => rm(path.join(directory, file), { force: true })))
  }
}

/** The request as somebody else would have sent it: the digest is the first OCTET STRING, the nonce the last INTEGER. */
function altered(query: Buffer, fault: AuthorityFault): Buffer {
  const other = Buffer.from(query)
  const digest = query.indexOf(Buffer.from([0x04, 0x20])) + 2
  const at = fault === 'other-data' ? digest : digest + 32 + 4
  other[at] = other[at]! ^ 0x01
  return other
}

let expiredOnes = 0

async function expired(directory: string): Promise<Certified> {
  await mkdir(directory, { recursive: true })
  const [from, until] = [new Date(Date.now() - 172_800_000), new Date(Date.now() - 86_400_000)]
  return issue(directory, { file: `expired-${++expiredOnes}`, name: 'Expired', from, until })
}

/** Undefined on a machine without the program openssl: then there is no trusted time. */
export async function startAuthorityWherePossible(
  options: AuthorityOptions,
): Promise<DevelopmentAuthority | undefined> {
  try {
    return await startTimestampAuthority(options)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
