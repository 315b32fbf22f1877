import { createHash } from 'node:crypto'
import { Failure } from '../domain/failure.ts'
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
  /** Certificates of timestamp authorities and signers, or of those that vouch for them, in PEM. */
  readonly anchors: string
}

export const noTrust: Trust = { ledgerKeys: [], witnessKeys: [], anchors: '' }

export type Keys = {
  readonly ledgers: readonly NoteVerifier[]
  readonly witnesses: readonly Cosigner[]
  /** Those that the file names: whoever else signed is nobody that it may count on. */
  readonly named: readonly Cosigner[]
  readonly anchors: readonly Uint8Array[]
  readonly signerAnchors: readonly Uint8Array[]
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
  return {
    ledgers: ledgers.length > 0 ? ledgers : inFile(ledgerKeyPath, (key) => parseVerifierKey(key)),
    witnesses: witnesses.length > 0 ? witnesses : named,
    named,
    anchors: certificatesOf(anchors || textOf(files, anchorsPath)),
    signerAnchors: certificatesOf(anchors || textOf(files, signerAnchorsPath)),
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
const certificatesOf = (pem: string): Uint8Array[] =>
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
