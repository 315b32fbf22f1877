import { existsSync } from 'node:fs'
import { appendFile, mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { openssl } from './openssl.ts'

export type KeyKind = 'p256' | 'p384' | 'rsa2048' | 'rsa3072' | 'ed25519'

const newKey: Readonly<Record<KeyKind, readonly string[]>> = {
  p256: ['ec', '-pkeyopt', 'ec_paramgen_curve:P-256'],
  p384: ['ec', '-pkeyopt', 'ec_paramgen_curve:P-384'],
  rsa2048: ['rsa', '-pkeyopt', 'rsa_keygen_bits:2048'],
  rsa3072: ['rsa', '-pkeyopt', 'rsa_keygen_bits:3072'],
  ed25519: ['ed25519'],
}

/** What `openssl ca`, `openssl req` and `openssl ts` ask for, file names beside it. */
const configuration = (policies: readonly string[]) => `
[ca]
default_ca = authority
[authority]
database = index.txt
rand_serial = yes
new_certs_dir = .
policy = anything
default_md = sha256
unique_subject = no
default_crl_days = 3650
[anything]
commonName = supplied
[req]
distinguished_name = nothing
prompt = no
[nothing]
[root]
basicConstraints = critical, CA:true
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[issuing]
basicConstraints = critical, CA:true, pathlen:0
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[stamping]
basicConstraints = critical, CA:false
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[signing]
basicConstraints = critical, CA:false
keyUsage = critical, digitalSignature, nonRepudiation
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[issuing-for-mail]
basicConstraints = critical, CA:true
keyUsage = critical, keyCertSign
extendedKeyUsage = emailProtection
[stamping-and-mail]
extendedKeyUsage = critical, timeStamping, emailProtection
[stamping-by-the-way]
extendedKeyUsage = timeStamping
[tsa]
default_tsa = stamps
[stamps]
serial = serial
default_policy = ${policies[0]}
${policies.length > 1 ? `other_policies = ${policies.slice(1).join(', ')}` : ''}
signer_digest = sha256
digests = sha256, sha384, sha512
accuracy = secs:1
ess_cert_id_alg = sha256
`

/** Of the numbers that RFC 5612 keeps for examples. */
export const developmentPolicy = '1.3.6.1.4.1.32473.1.1'

export type Certified = { readonly certificate: string; readonly key: string }

/** A folder with a certification authority of its own in it: `root.pem`, its key `root.key`. */
export async function makeRoot(
  directory: string,
  {
    name,
    kind = 'p256',
    policies = [developmentPolicy],
  }: { name: string; kind?: KeyKind; policies?: string[] },
): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 })
  await writeFile(path.join(directory, 'openssl.cnf'), configuration(policies))
  await writeFile(path.join(directory, 'index.txt'), '')
  await writeFile(path.join(directory, 'serial'), '01\n')
  const key = ['-newkey', ...newKey[kind], '-keyout', 'root.key', '-nodes']
  const validity = ['-days', '7300', '-sha256']
  await openssl(
    directory,
    ...['req', '-x509', '-config', 'openssl.cnf', '-subj', `/CN=${name}`, '-extensions', 'root'],
    ...[...key, ...validity, '-out', 'root.pem'],
  )
}

/** The fit ones first. */
type Extensions =
  | 'stamping'
  | 'signing'
  | 'issuing'
  | 'issuing-for-mail'
  | 'stamping-and-mail'
  | 'stamping-by-the-way'

/** Issues a certificate in such a folder: `{file}.pem` and `{file}.key`. */
export async function issue(
  directory: string,
  options: {
    readonly file: string
    readonly name: string
    readonly kind?: KeyKind
    readonly by?: string
    readonly extensions?: Extensions
    readonly from?: Date
    readonly until?: Date
    /** RSA-PSS in place of PKCS #1 v1.5. */
    readonly pss?: boolean
  },
): Promise<Certified> {
  const { file, name, kind = 'p256', by = 'root', extensions = 'stamping' } = options
  const from = options.from ?? new Date(Date.now() - 86_400_000)
  const until = options.until ?? new Date(Date.now() + 10 * 365 * 86_400_000)
  const made = { certificate: `${file}.pem`, key: `${file}.key` }
  await openssl(
    directory,
    ...['req', '-new', '-config', 'openssl.cnf', '-subj', `/CN=${name}`, '-newkey', ...newKey[kind]],
    ...['-keyout', made.key, '-nodes', '-out', `${file}.csr`],
  )
  await openssl(
    directory,
    ...['ca', '-batch', '-notext', '-config', 'openssl.cnf', '-extensions', extensions],
    ...['-cert', `${by}.pem`, '-keyfile', `${by}.key`, '-in', `${file}.csr`, '-out', made.certificate],
    ...(options.pss ? ['-sigopt', 'rsa_padding_mode:pss', '-sigopt', 'rsa_pss_saltlen:32'] : []),
    ...['-startdate', opensslTime(from), '-enddate', opensslTime(until)],
  )
  return made
}

const opensslTime = (time: Date): string => `${time.toISOString().slice(0, 19).replaceAll(/[-T:]/g, '')}Z`

/** A certification authority and a certificate for stamping, made once and kept. */
export async function keptAuthority(directory: string): Promise<Certified> {
  const done = path.join(directory, 'made')
  if (!existsSync(done)) {
    await makeRoot(directory, { name: 'Scelle development root (not trusted)' })
    await issue(directory, { file: 'tsa', name: 'Scelle development timestamps' })
    await appendFile(done, '')
  }
  return { certificate: 'tsa.pem', key: 'tsa.key' }
}
