import { createHash } from 'node:crypto'
import { Failure } from '../domain/failure.ts'
import { type NoteVerifier, parseVerifierKey } from '../ledger/note.ts'
import type { Finding } from './findings.ts'
import { anchorsPath, ledgerKeyPath, type ProofFiles } from './proof-file.ts'

/** What whoever checks had by another way than the proof file; what is empty is taken from the file itself. */
export type Trust = {
  /** Verifier keys of ledgers: `name+key id+base64`. */
  readonly ledgerKeys: readonly string[]
  /** Certificates of timestamp authorities, or of those that vouch for them, in PEM. */
  readonly anchors: string
}

export const noTrust: Trust = { ledgerKeys: [], anchors: '' }

export type Keys = {
  readonly ledgers: readonly NoteVerifier[]
  readonly anchors: readonly Uint8Array[]
  /** The ledger's key was given by whoever checks. */
  readonly areGiven: boolean
  readonly findings: readonly Finding[]
}

/** @throws Failure checkpoint-invalid for a given key that is none */
export function keysOf(files: ProofFiles, { ledgerKeys, anchors }: Trust): Keys {
  const given = ledgerKeys.map(parseVerifierKey)
  const own = given.length > 0 ? [] : keyOf(files)
  return {
    ledgers: own === undefined ? [] : [...given, ...own],
    anchors: certificatesOf(anchors || textOf(files, anchorsPath)),
    areGiven: given.length > 0,
    findings: own === undefined ? [{ code: 'key-malformed', path: ledgerKeyPath }] : [],
  }
}

/** The key that the file itself brings; undefined when it is none. */
function keyOf(files: ProofFiles): NoteVerifier[] | undefined {
  try {
    return [parseVerifierKey(textOf(files, ledgerKeyPath).trim())]
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    return undefined
  }
}

const textOf = (files: ProofFiles, path: string): string =>
  new TextDecoder().decode(files.get(path) ?? new Uint8Array())

/** DER of each certificate in a PEM text; what is none is passed over. */
export const certificatesOf = (pem: string): Uint8Array[] =>
  [...pem.matchAll(/-----BEGIN CERTIFICATE-----([\sA-Za-z0-9+/=]+)-----END CERTIFICATE-----/g)].map(
    ([, base64]) => Buffer.from(base64!, 'base64'),
  )

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
