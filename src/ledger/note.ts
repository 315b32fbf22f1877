import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto'
import { Failure } from '../domain/failure.ts'

/*
 * C2SP signed notes (c2sp.org/signed-note): a text that ends in a newline, an empty line, then one line per signature:
 * `— <key name> base64(key id ‖ signature)`.
 */

/** Signature type of Ed25519 in key ids and verifier keys. */
const ed25519 = 0x01
const keyIdBytes = 4
/** A verifier may set a bound but must take sixteen signatures. */
const signatureLimit = 64
const noteLimit = 1_000_000

export type NoteSigner = {
  /** Key name: a host name, with a path or not. */
  readonly name: string
  /** Raw 32-byte Ed25519 public key. */
  readonly publicKey: Buffer
  sign(message: Buffer): Promise<Buffer>
}

/** Whoever can check a signature. */
export type NoteVerifier = { readonly name: string; readonly keyId: Buffer; readonly publicKey: Buffer }

type KeyNamed = Pick<NoteVerifier, 'name' | 'keyId'>
type NoteSignature = KeyNamed & { readonly signature: Buffer }
export type Note = { readonly text: string; readonly signatures: readonly NoteSignature[] }

/** Why a note or a checkpoint was refused. */
export type NoteFault =
  | 'note-too-long'
  | 'not-utf8'
  | 'control-character'
  | 'no-signature'
  | 'too-many-signatures'
  | 'signature-line-malformed'
  | 'key-name-invalid'
  | 'verifier-key-malformed'
  | 'signer-unknown'
  | 'signature-invalid'
  | 'text-malformed'
  | 'origin-malformed'
  | 'origin-differs'
  | 'size-malformed'
  | 'root-malformed'

export const refuseNote = (reason: NoteFault): never => {
  throw new Failure('checkpoint-invalid', { reason })
}

/** Key names are not empty and hold neither Unicode spaces, control characters nor a plus. */
export const isKeyName = (name: string): boolean => /^[^\p{White_Space}\p{Cc}+]+$/u.test(name)

/** First four bytes of SHA-256(name ‖ newline ‖ type ‖ public key). */
const keyIdOf = (name: string, publicKey: Buffer, type: number): Buffer =>
  createHash('sha256')
    .update(`${name}\n`)
    .update(Buffer.of(type))
    .update(publicKey)
    .digest()
    .subarray(0, keyIdBytes)

/** How a log's public key is given to others: `name+key id in hex+base64(0x01 ‖ public key)`; a witness's type is 0x04. */
export function formatVerifierKey(
  { name, publicKey }: { name: string; publicKey: Buffer },
  type = ed25519,
): string {
  if (!isKeyName(name)) refuseNote('key-name-invalid')
  const encoded = Buffer.concat([Buffer.of(type), publicKey]).toString('base64')
  return `${name}+${keyIdOf(name, publicKey, type).toString('hex')}+${encoded}`
}

/** @throws Failure checkpoint-invalid */
export function parseVerifierKey(text: string, type = ed25519): NoteVerifier {
  // The base64 part may hold a plus itself: only the first two separate.
  const [, name, id, encoded] = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/.exec(text) ?? []
  if (name === undefined || id === undefined || encoded === undefined || !isKeyName(name)) {
    return refuseNote('verifier-key-malformed')
  }
  const key = strictBase64(encoded) ?? refuseNote('verifier-key-malformed')
  if (key.length !== 33 || key[0] !== type) refuseNote('verifier-key-malformed')
  const publicKey = key.subarray(1)
  const keyId = keyIdOf(name, publicKey, type)
  if (keyId.toString('hex') !== id) refuseNote('verifier-key-malformed')
  return { name, keyId, publicKey }
}

export const verifierOf = (
  { name, publicKey }: Pick<NoteSigner, 'name' | 'publicKey'>,
  type = ed25519,
): NoteVerifier => ({
  name,
  publicKey,
  keyId: keyIdOf(name, publicKey, type),
})

/** Signs a text that ends in a newline. @throws Failure checkpoint-invalid */
export async function signNote(text: string, signer: NoteSigner): Promise<string> {
  if (!isKeyName(signer.name)) refuseNote('key-name-invalid')
  if (!text.endsWith('\n') || text === '\n') refuseNote('text-malformed')
  const signature = await signer.sign(Buffer.from(text))
  const note = `${text}\n${signatureLine(verifierOf(signer), signature)}\n`
  parseNote(note)
  return note
}

/** A line of a note, without its newline. */
export const signatureLine = ({ name, keyId }: KeyNamed, signature: Buffer): string =>
  `— ${name} ${Buffer.concat([keyId, signature]).toString('base64')}`

/**
 * Takes a note apart WITHOUT verifying it: its text must be ignored until `verifyNote` has taken it.
 * @throws Failure checkpoint-invalid
 */
export function parseNote(note: string | Buffer): Note {
  if (note.length > noteLimit) refuseNote('note-too-long')
  const whole = typeof note === 'string' ? note : decodeUtf8(note)
  if (!whole.isWellFormed()) refuseNote('not-utf8')
  if (hasControlCharacter(whole)) refuseNote('control-character')
  // The last empty line separates: the text may hold others.
  const split = whole.lastIndexOf('\n\n')
  if (split < 1 || !whole.endsWith('\n') || split + 2 >= whole.length) return refuseNote('no-signature')
  const lines = whole.slice(split + 2, -1).split('\n')
  if (lines.length > signatureLimit) refuseNote('too-many-signatures')
  return { text: whole.slice(0, split + 1), signatures: lines.map(parseSignatureLine) }
}

/** ASCII control characters other than the newline. */
const hasControlCharacter = (text: string): boolean => {
  for (let at = 0; at < text.length; at++) {
    if (text.charCodeAt(at) < 0x20 && text[at] !== '\n') return true
  }
  return false
}

function parseSignatureLine(line: string): NoteSignature {
  const [, name, encoded] = /^— ([^ ]+) ([^ ]+)$/u.exec(line) ?? []
  if (name === undefined || encoded === undefined || !isKeyName(name))
    return refuseNote('signature-line-malformed')
  const stamp = strictBase64(encoded)
  if (stamp === undefined || stamp.length <= keyIdBytes) return refuseNote('signature-line-malformed')
  return { name, keyId: stamp.subarray(0, keyIdBytes), signature: stamp.subarray(keyIdBytes) }
}

/**
 * The text of a note that a known key signed. Signatures of unknown keys are passed over; one by a known key that does
 * not verify refuses the note, whatever the others say.
 * @throws Failure checkpoint-invalid
 */
export function verifyNote(
  note: string | Buffer,
  verifiers: readonly NoteVerifier[],
): { readonly text: string; readonly signers: readonly NoteVerifier[] } {
  const { text, signatures } = parseNote(note)
  const signed = Buffer.from(text)
  const signers = verifiers.filter((verifier) => {
    const own = signatures.filter((one) => isNamed(one, verifier))
    if (!own.every(({ signature }) => isSignatureOf(signed, signature, verifier.publicKey))) {
      refuseNote('signature-invalid')
    }
    return own.length > 0
  })
  if (signers.length === 0) refuseNote('signer-unknown')
  return { text, signers }
}

/** The note without what others than these added to it. Verifies nothing. @throws Failure checkpoint-invalid */
export function withSignaturesOf(note: string, verifiers: readonly NoteVerifier[]): string {
  const { text, signatures } = parseNote(note)
  const own = signatures.filter((one) => verifiers.some((verifier) => isNamed(one, verifier)))
  return `${text}\n${own.map((one) => `${signatureLine(one, one.signature)}\n`).join('')}`
}

/** Does a signature claim to be by this key? */
export const isNamed = (one: KeyNamed, other: KeyNamed): boolean =>
  one.name === other.name && one.keyId.equals(other.keyId)

/** Is it the Ed25519 signature (RFC 8032) of these bytes by this key? */
export const isSignatureOf = (text: Buffer, signature: Buffer, publicKey: Buffer): boolean =>
  signature.length === 64 && verify(null, text, ed25519Key(publicKey), signature)

const ed25519Key = (publicKey: Buffer): KeyObject =>
  createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: publicKey.toString('base64url') }, format: 'jwk' })

function decodeUtf8(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return refuseNote('not-utf8')
  }
}

/** Base64 with padding and nothing else; undefined when it could be spelt otherwise. */
export function strictBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64')
  return bytes.toString('base64') === text ? bytes : undefined
}
