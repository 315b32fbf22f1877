import { existsSync } from 'node:fs'
import { appendFile, copyFile, readFile, rm } from 'node:fs/promises'
import path from 'node:path'
import { issue, makeRoot } from './timestamp-authority/certificates.ts'

export type DevelopmentSigning = { readonly key: string; readonly chain: string }

/**
 * A certification authority FOR DEVELOPMENT AND TESTS ONLY (`root.pem`), and a key with a certificate of it that signs the
 * house's certificates; made by openssl at the first start, and kept. Undefined where the machine has no openssl.
 */
export async function keptSigning(directory: string): Promise<DevelopmentSigning | undefined> {
  const files = { key: path.join(directory, 'signing.key'), chain: path.join(directory, 'signing.chain.pem') }
  const done = path.join(directory, 'made')
  if (existsSync(done)) return files
  try {
    await makeRoot(directory, { name: 'Scelle development root (not trusted)' })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    await rm(directory, { recursive: true })
    return undefined
  }
  const name = 'Scelle development signature (not trusted)'
  await issue(directory, { file: 'signing', name, extensions: 'signing' })
  await copyFile(path.join(directory, 'signing.pem'), files.chain)
  await appendFile(files.chain, await readFile(path.join(directory, 'root.pem')))
  await appendFile(done, '')
  return files
}
