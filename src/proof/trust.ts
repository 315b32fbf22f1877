import { createHash } from 'node:crypto'
import { Failure } from '../domain/failure.ts'
import { readCertificate } from '../domain/timestamps/certificate.ts'
import { type Bytes, NotDer } from '../domain/timestamps/der.ts'
import { readList } from '../domain/timestamps/revocation.ts'
import { type Cosigner, parseCosignerKey } from '../ledger/cosignature.ts'
import { type NoteVerifier, parseVerifierKey } from '../ledger/note.ts'
import type { Finding } from './findings.ts'
import {
  anchorsPath,
  ledgerKeyPath,
  type ProofFiles,
  signerAnchorsPath,
  witnessKeysPath,
} from './proof-file.ts'

/** What whoever checks had by another way than the proof file; what is empty is taken from the file itself. */
export type Trust = {
  /** Verifier keys of ledgers: `name+key id+base64`. */
  readonly ledgerKeys: readonly string[]
  /** The same of witnesses. */
  readonly witnessKeys: readonly string[]
  /** Certificates of timestamp authorities and signers, or of those that vouch for them, and revocation lists, in PEM. */
  readonly anchors: string
  /** Heads of the ledger that were kept from before, as signed notes (`readKept`). */
  readonly kept: readonly string[]
}

export const noTrust: Trust = { ledgerKeys: [], witnessKeys: [], anchors: '', kept: [] }

export type Keys = {
  readonly ledgers: readonly NoteVerifier[]
  readonly witnesses: readonly Cosigner[]
  /** Those that the file names: whoever else signed is nobody that it may count on. */
  readonly named: readonly Cosigner[]
  readonly anchors: readonly Uint8Array[]
  readonly signerAnchors: readonly Uint8Array[]
  /** Lists of certificates that are good no more, those of the file too: each is believed for its issuer's signature. */
  readonly revocations: readonly Uint8Array[]
  /** The ledger's key was given by whoever checks. */
  readonly areGiven: boolean
  readonly findings: readonly Finding[]
}

/** @throws Failure checkpoint-invalid for a given key that is none */
export function keysOf(files: ProofFiles, { ledgerKeys, witnessKeys, anchors }: Trust): Keys {
  const findings: Finding[] = []
  const inFile = <Key>(path: string, parse: (text: string) => Key): Key[] => {
    try {
      return linesOf(textOf(files, path)).map(parse)
    } catch (error) {
      if (!(error instanceof Failure)) throw error
      findings.push({ code: 'key-malformed', path })
      return []
    }
  }
  const [ledgers, witnesses] = [
    ledgerKeys.map((key) => parseVerifierKey(key)),
    witnessKeys.map(parseCosignerKey),
  ]
  const named = inFile(witnessKeysPath, parseCosignerKey)
  const texts = { '': anchors, [anchorsPath]: textOf(files, anchorsPath) }
  const revocations = Object.entries(texts).flatMap(([path, pem]) => {
    const lists = blocksOf('X509 CRL', pem)
    if (!lists.every(isList)) findings.push({ code: 'revocations-malformed', path })
    return lists.filter(isList)
  })
  return {
    ledgers: ledgers.length > 0 ? ledgers : inFile(ledgerKeyPath, (key) => parseVerifierKey(key)),
    witnesses: witnesses.length > 0 ? witnesses : named,
    named,
    anchors: certificatesOf(anchors || textOf(files, anchorsPath)),
    signerAnchors: certificatesOf(anchors || textOf(files, signerAnchorsPath)),
    revocations,
    areGiven: ledgers.length > 0,
    findings,
  }
}

const linesOf = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)

const textOf = (files: ProofFiles, path: string): string =>
  new TextDecoder().decode(files.get(path) ?? new Uint8Array())

/** DER of each certificate in a PEM text; what is none is passed over. */
export const certificatesOf = (pem: string): Uint8Array[] =>
  blocksOf('CERTIFICATE', pem).filter((der) => isReadBy(readCertificate, der))

/** DER of each block of a kind in a PEM text (RFC 7468). */
export const blocksOf = (kind: 'CERTIFICATE' | 'X509 CRL', pem: string): Uint8Array[] =>
  [...pem.matchAll(new RegExp(`-----BEGIN ${kind}-----([\\sA-Za-z0-9+/=]+)-----END ${kind}-----`, 'g'))].map(
    ([, base64]) => Buffer.from(base64!, 'base64'),
  )

export const isList = (der: Uint8Array): boolean => isReadBy(readList, der)

function isReadBy(read: (der: Bytes) => unknown, der: Uint8Array): boolean {
  try {
    read(Uint8Array.from(der))
    return true
  } catch (error) {
    if (error instanceof NotDer) return false
    throw error
  }
}

/** SHA-256 of a ledger's public key, for people to compare: in groups of four hexadecimal digits. */
export function fingerprintOf(ledgers: readonly NoteVerifier[], origin: string): string {
  const key = ledgers.find(({ name }) => name === origin)
  return key
    ? createHash('sha256')
        .update(key.publicKey)
        .digest('hex')
        .replace(/(.{4})(?=.)/g, '$1 ')
    : ''
}
