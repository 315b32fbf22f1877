import { existsSync } from 'node:fs'
import { appendFile, copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { openssl } from './timestamp-authority/openssl.ts'

export type DevelopmentSigning = { readonly key: string; readonly chain: string }

const configuration = `
[req]
distinguished_name = nothing
prompt = no
[nothing]
[root]
basicConstraints = critical, CA:true
keyUsage = critical, keyCertSign, cRLSign
[signing]
basicConstraints = critical, CA:false
keyUsage = critical, digitalSignature, nonRepudiation
`
const days = ['-days', '3650']
const newKey = ['-nodes', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256']

/**
 * A certification authority FOR DEVELOPMENT AND TESTS ONLY (`root.pem`), and a key with a certificate of it that signs the
 * house's certificates; made by openssl at the first start, and kept. Undefined where the machine has no openssl.
 */
export async function keptSigning(directory: string): Promise<DevelopmentSigning | undefined> {
  const files = { key: path.join(directory, 'signing.key'), chain: path.join(directory, 'signing.chain.pem') }
  const done = path.join(directory, 'made')
  if (existsSync(done)) return files
  await mkdir(directory, { recursive: true, mode: 0o700 })
  await writeFile(path.join(directory, 'openssl.cnf'), configuration)
  const certify = (name: string, subject: string, ...more: string[]) => {
    const to = ['-keyout', `${name}.key`, '-out', `${name}.pem`, '-subj', `/CN=${subject}`]
    return openssl(directory, 'req', '-x509', '-config', 'openssl.cnf', ...newKey, ...days, ...to, ...more)
  }
  try {
    await certify('root', 'Scelle development root (not trusted)', '-extensions', 'root')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    await rm(directory, { recursive: true })
    return undefined
  }
  const under = ['-CA', 'root.pem', '-CAkey', 'root.key', '-extensions', 'signing']
  await certify('signing', 'Scelle development signature (not trusted)', ...under)
  await copyFile(path.join(directory, 'signing.pem'), files.chain)
  await appendFile(files.chain, await readFile(path.join(directory, 'root.pem')))
  await appendFile(done, '')
  return files
}
