import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { GoldenToken } from '../../fixtures/timestamps/golden-token.ts'
import type { LedgerEntry } from '../../src/domain/custody.ts'
import { formatCheckpoint } from '../../src/ledger/checkpoint.ts'
import { cosign, formatCosignerKey } from '../../src/ledger/cosignature.ts'
import { canonicalEntry } from '../../src/ledger/entry.ts'
import { formatVerifierKey, type NoteSigner, signNote } from '../../src/ledger/note.ts'
import { inclusionProof } from '../../src/ledger/proofs.ts'
import { leafHash, rootOf } from '../../src/ledger/tree.ts'
import { buildProof, type Evidence, type ProvenTime } from '../../src/proof/build.ts'
import type { ProofSubject } from '../../src/proof/proof-file.ts'

/** A small ledger of two batches of two documents each, and proof files out of it. */
export type Log = {
  readonly key: string
  readonly entries: readonly LedgerEntry[]
  /** Signed head of all of it, cosigned by a witness. */
  readonly head: string
  evidence(subject: ProofSubject, which: (entry: LedgerEntry) => boolean): Evidence
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

/** A token of an authority, and the anchors that it is to be trusted by; over the sealed content, or claimed for the head. */
export function timeOf(name: string, of: 'content' | 'head' = 'content') {
  const { token, anchors } = golden.tokens.find((one) => one.name === name)!
  const seq = of === 'content' ? sealing : undefined
  const times: ProvenTime[] = [{ name: of, tokens: [Buffer.from(token, 'base64')], seq }]
  const pem = anchors.map((der) => `-----BEGIN CERTIFICATE-----\n${der}\n-----END CERTIFICATE-----\n`)
  return { times, anchors: pem.join('') }
}

/** Place of the first document's `document-sealed`. */
export const sealing = 5

const digest = (letter: string): string => letter.repeat(64)

function history(): Omit<LedgerEntry, 'seq' | 'at' | 'v' | 'actor'>[] {
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
  ]
}

/** Of the whole history, or without its last entries. */
export async function aLog(privateKey = aKey(), without = 0): Promise<Log> {
  const name = 'ledger.example.fr'
  const signer = signerOf(name, privateKey)
  const entries = history()
    .slice(0, history().length - without)
    .map((entry, seq): LedgerEntry => {
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
    evidence: (subject, which) => ({
      ...{
        subject,
        madeAt,
        checkpoint: head,
        ledgerKey: key,
        witnessKeys: [formatCosignerKey(witness)],
        times: [],
        certificates: [],
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

export const evidenceOfDocument = (log: Log): Evidence => ({
  ...log.evidence({ kind: 'document', id: documentIds[0] }, aboutFirstDocument),
  ...timeOf('p256'),
})

export const aProof = (log: Log): Promise<Uint8Array> => buildProof(evidenceOfDocument(log))
