import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { GoldenToken } from '../../fixtures/timestamps/golden-token.ts'
import type { LedgerEntry } from '../../src/domain/custody.ts'
import { formatCheckpoint } from '../../src/ledger/checkpoint.ts'
import { cosign, formatCosignerKey } from '../../src/ledger/cosignature.ts'
import { canonicalEntry } from '../../src/ledger/entry.ts'
import { formatVerifierKey, type NoteSigner, signNote } from '../../src/ledger/note.ts'
import { consistencyProof, inclusionProof } from '../../src/ledger/proofs.ts'
import { leafHash, rootOf } from '../../src/ledger/tree.ts'
import { buildProof, type Evidence, type ProvenTime } from '../../src/proof/build.ts'
import type { ProofSubject } from '../../src/proof/proof-file.ts'

/** Attestations signed and stamped by the house's own signer, and whom they lead to (fixtures/make-certificates.ts). */
const certificateFile = (name: string): Promise<Buffer> =>
  readFile(new URL(`../../fixtures/certificates/${name}`, import.meta.url))
export const attestation = await certificateFile('attestation.pdf')
export const expiredAttestation = await certificateFile('expired.pdf')
/** PEM. */
export const signerRoot = (await certificateFile('root.pem')).toString()
export const revocationOfSigner = (await certificateFile('revoked.crl.pem')).toString()

/** A small ledger of two batches of two documents each, and proof files out of it. */
export type Log = {
  readonly key: string
  readonly entries: readonly LedgerEntry[]
  /** Signed head of all of it, cosigned by a witness. */
  readonly head: string
  evidence(subject: ProofSubject, which: (entry: LedgerEntry) => boolean): Evidence
  /** That it goes on from its first entries. */
  since(old: number): Evidence['continuity'][number]
  /** Signed head of its first entries. */
  headAt(size: number): Promise<string>
}

export const batchIds = [
  '0199a000-0000-7000-8000-00000000000a',
  '0199a000-0000-7000-8000-00000000000b',
] as const
export const documentIds = [
  '0199a000-0000-7000-8000-0000000000d1',
  '0199a000-0000-7000-8000-0000000000d2',
] as const
const patientId = '0199a000-0000-7000-8000-0000000000f1'

type Golden = { readonly madeAt: string; readonly tokens: readonly GoldenToken[] }
const goldenFile = new URL('../../fixtures/timestamps/golden.json', import.meta.url)
const golden = JSON.parse(await readFile(goldenFile, 'utf8')) as Golden

/** A day after the tokens. */
export const madeAt = new Date(Date.parse(golden.madeAt) + 86_400_000)
/** What the tokens are over is what was sealed. */
const content = 'Scelle golden timestamp token'
const hash = (name: 'sha256' | 'sha512'): string => createHash(name).update(content).digest('hex')

export const pemOf = (kind: string, der: string) => `-----BEGIN ${kind}-----\n${der}\n-----END ${kind}-----\n`
/** Of an authority that vouches for no signer. */
export const strangerRoot = pemOf('CERTIFICATE', golden.tokens[0]!.anchors[0]!)

/** A token of an authority, and the anchors that it is to be trusted by; over the sealed content, or claimed for the head. */
export function timeOf(name: string, of: 'content' | 'head' = 'content') {
  const { token, anchors, revocations = [] } = golden.tokens.find((one) => one.name === name)!
  const seq = of === 'content' ? sealing : undefined
  const times: ProvenTime[] = [{ name: of, tokens: [Buffer.from(token, 'base64')], seq }]
  const pem = [
    ...anchors.map((der) => pemOf('CERTIFICATE', der)),
    ...revocations.map((der) => pemOf('X509 CRL', der)),
    signerRoot,
  ]
  return { times, anchors: pem.join('') }
}

/** Place of the first document's `document-sealed`. */
export const sealing = 5
/** Place of `batch-attested`. */
export const attesting = 9

const digest = (letter: string): string => letter.repeat(64)

function history(pdf: Buffer): Omit<LedgerEntry, 'seq' | 'at' | 'v' | 'actor'>[] {
  const [batchId, otherBatch] = batchIds
  const [documentId, otherDocument] = documentIds
  const sealed = {
    digests: { content: hash('sha256'), content512: hash('sha512'), sealed: digest('c') },
    details: { part: 'access', version: 1, bytes: 48_211 },
  }
  return [
    {
      type: 'consent-recorded',
      subject: { patientId },
      details: { purpose: 'digitisation', status: 'granted' },
    },
    { type: 'batch-received', subject: { batchId }, details: { files: 1 } },
    { type: 'batch-received', subject: { batchId: otherBatch }, details: { files: 1 } },
    { type: 'document-composed', subject: { batchId, documentId, patientId } },
    { type: 'document-composed', subject: { batchId: otherBatch, documentId: otherDocument } },
    { type: 'document-sealed', subject: { batchId, documentId }, ...sealed },
    { type: 'document-deposited', subject: { batchId, documentId }, digests: { sealed: digest('c') } },
    { type: 'deposit-verified', subject: { batchId, documentId }, digests: { sealed: digest('c') } },
    { type: 'batch-closed', subject: { batchId }, details: { verified: 1 } },
    {
      ...{ type: 'batch-attested', subject: { batchId } },
      digests: { certificate: createHash('sha256').update(pdf).digest('hex') },
    },
  ]
}

/** Of the whole history, or without its last entries, or with another attestation. */
export async function aLog(privateKey = aKey(), without = 0, pdf = attestation): Promise<Log> {
  const name = 'ledger.example.fr'
  const signer = signerOf(name, privateKey)
  const whole = history(pdf)
  const entries = whole.slice(0, whole.length - without).map((entry, seq): LedgerEntry => {
    const at = new Date(Date.UTC(2026, 10, 22, 8, seq)).toISOString()
    return { v: 1, seq, at, actor: 'stage.test', ...entry }
  })
  const leaves = entries.map((entry) => leafHash(canonicalEntry(entry)))
  const root = rootOf(leaves)
  const text = formatCheckpoint({ origin: name, size: leaves.length, root })
  const witness = signerOf('witness.example.fr', aKey())
  const line = await cosign(text, witness, new Date('2026-11-22T09:00:00Z'))
  const head = `${await signNote(text, signer)}${line}\n`
  const key = formatVerifierKey(signer)
  return {
    ...{ key, entries, head },
    since: (old) => ({ old, hashes: consistencyProof(leaves, old) }),
    headAt: (size) =>
      signNote(formatCheckpoint({ origin: name, size, root: rootOf(leaves.slice(0, size)) }), signer),
    evidence: (subject, which) => ({
      ...{
        subject,
        madeAt,
        checkpoint: head,
        ledgerKey: key,
        witnessKeys: [formatCosignerKey(witness)],
        times: [],
        certificates: [],
        continuity: [],
        anchors: '',
        signerAnchors: '',
      },
      entries: entries.filter(which).map((entry) => ({
        seq: entry.seq,
        bytes: canonicalEntry(entry),
        hashes: inclusionProof(leaves, entry.seq),
      })),
    }),
  }
}

export const aKey = (): KeyObject => generateKeyPairSync('ed25519').privateKey

const signerOf = (name: string, privateKey: KeyObject): NoteSigner => ({
  name,
  publicKey: Buffer.from(privateKey.export({ format: 'jwk' }).x!, 'base64url'),
  sign: (message) => Promise.resolve(sign(null, message, privateKey)),
})

/** Everything that belongs into the proof of the first document. */
export const aboutFirstDocument = ({ subject }: LedgerEntry): boolean =>
  subject.documentId === documentIds[0] ||
  (subject.documentId === undefined && (subject.batchId === batchIds[0] || subject.patientId === patientId))

export const evidenceOfDocument = (log: Log, pdf = attestation): Evidence => ({
  ...log.evidence({ kind: 'document', id: documentIds[0] }, aboutFirstDocument),
  ...timeOf('p256'),
  signerAnchors: signerRoot,
  certificates: log.entries.length > attesting ? [{ seq: attesting, pdf }] : [],
})

export const aProof = (log: Log): Promise<Uint8Array> => buildProof(evidenceOfDocument(log))
