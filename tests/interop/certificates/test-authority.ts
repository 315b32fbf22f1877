import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { SigningFiles } from '../../../src/adapters/certificates/local-signer.ts'
import type { TimestampAuthority } from '../../../src/evidence-ports.ts'

const openssl = (folder: string, ...args: string[]) =>
  execFileSync('openssl', args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })

const newKey = {
  ec: ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'],
  rsa: ['-newkey', 'rsa:3072'],
} as const

const config = `
[req]
distinguished_name = dn
[dn]
[ca]
basicConstraints = critical,CA:true
keyUsage = critical,keyCertSign,cRLSign
[signer]
basicConstraints = critical,CA:false
keyUsage = critical,nonRepudiation,digitalSignature
[tsa]
basicConstraints = critical,CA:false
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
[past]
database = index.txt
new_certs_dir = .
rand_serial = yes
default_md = sha256
policy = anything
[anything]
commonName = supplied
[tsa_reply]
serial = serial
crypto_device = builtin
signer_cert = tsa.pem
certs = ca.pem
signer_key = tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
ess_cert_id_chain = no
ess_cert_id_alg = sha256
`

export type TestAuthority = ReturnType<typeof createTestAuthority>

/** A certificate authority, who signs under it, and a time-stamp authority, all made by openssl in a folder of their own. */
export function createTestAuthority() {
  const folder = mkdtempSync(path.join(tmpdir(), 'scelle-authority-'))
  const at = (name: string) => path.join(folder, name)
  writeFileSync(at('openssl.cnf'), config)
  writeFileSync(at('serial'), '01')
  writeFileSync(at('index.txt'), '')
  const make = (...args: string[]) =>
    openssl(folder, 'req', '-config', 'openssl.cnf', '-utf8', '-nodes', ...args)
  const named = (name: string, common: string) => [...['-keyout', `${name}.key`, '-subj', `/CN=${common}`]]
  const withChain = (name: string): SigningFiles => {
    const chain = ['ca', name].map((one) => readFileSync(at(`${one}.pem`), 'utf8')).toReversed()
    writeFileSync(at(`${name}.chain.pem`), chain.join(''))
    return { key: at(`${name}.key`), chain: at(`${name}.chain.pem`) }
  }
  const issue = (name: string, common: string, kind: keyof typeof newKey, use: string): SigningFiles => {
    const under = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-extensions', use]
    make('-x509', ...newKey[kind], ...named(name, common), ...under, '-days', '30', '-out', `${name}.pem`)
    return withChain(name)
  }
  make(
    '-x509',
    ...newKey.ec,
    ...named('ca', 'Autorité de test'),
    '-days',
    '60',
    '-extensions',
    'ca',
    '-out',
    'ca.pem',
  )
  issue('tsa', 'Horodatage de test', 'rsa', 'tsa')

  const timestamps: TimestampAuthority = {
    async stamp(digest) {
      openssl(
        folder,
        'ts',
        '-query',
        '-digest',
        digest.toString('hex'),
        '-sha256',
        '-cert',
        '-out',
        'query.tsq',
      )
      openssl(
        folder,
        ...['ts', '-reply', '-config', 'openssl.cnf', '-section', 'tsa_reply'],
        ...['-queryfile', 'query.tsq', '-token_out', '-out', 'token.der'],
      )
      return readFileSync(at('token.der'))
    },
  }
  return {
    folder,
    anchor: at('ca.pem'),
    timestamps,
    signer: (kind: keyof typeof newKey = 'ec') => issue(`signer-${kind}`, 'Cachet de test', kind, 'signer'),
    /** Whose certificate ended in 2021. */
    expiredSigner() {
      make('-new', ...newKey.ec, ...named('expired', 'Cachet périmé'), '-out', 'expired.csr')
      const dates = ['-startdate', '20200101000000Z', '-enddate', '20210101000000Z']
      const to = ['-in', 'expired.csr', '-out', 'expired.pem', '-notext', '-utf8', '-batch']
      const under = ['-name', 'past', '-cert', 'ca.pem', '-keyfile', 'ca.key', '-extensions', 'signer']
      openssl(folder, 'ca', '-config', 'openssl.cnf', ...under, ...dates, ...to)
      return withChain('expired')
    },
    /** A revocation list in DER that names a certificate of this authority. */
    revoke(name: string): Buffer {
      const under = ['-config', 'openssl.cnf', '-name', 'past', '-cert', 'ca.pem', '-keyfile', 'ca.key']
      openssl(folder, 'ca', ...under, '-revoke', `${name}.pem`)
      openssl(folder, 'ca', ...under, '-gencrl', '-crldays', '30', '-out', 'crl.pem')
      openssl(folder, 'crl', '-in', 'crl.pem', '-outform', 'DER', '-out', 'crl.der')
      return readFileSync(at('crl.der'))
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}
