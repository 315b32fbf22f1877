import { Failure } from '../domain/failure.ts'
import { formatProof } from '../ledger/tlog-proof.ts'
import { formatAddCheckpoint } from '../ledger/witnessing.ts'
import { checkProof } from './check.ts'
import { sha256Of } from './digests.ts'
import { pack } from './packing.ts'
import {
  anchorsPath,
  certificatePath,
  consistencyPath,
  entryPath,
  inclusionPath,
  ledgerKeyPath,
  manifestPath,
  mostEntries,
  proofFormat,
  type ProofManifest,
  type ProofSubject,
  type ProofTimes,
  signerAnchorsPath,
  statementPath,
  tokenPath,
  witnessKeysPath,
} from './proof-file.ts'
import { statementOf } from './statement.ts'
import { noTrust } from './trust.ts'
import { fr } from './words-fr.ts'

export type ProvenEntry = {
  readonly seq: number
  /** Canonical JSON, the bytes that were hashed. */
  readonly bytes: Buffer
  /** Inclusion proof under the head. */
  readonly hashes: readonly Buffer[]
}

/** RFC 3161 tokens (DER), the oldest first, over the head, or over the content that entry `seq` names. */
export type ProvenTime = {
  readonly name: string
  readonly tokens: readonly Uint8Array[]
  readonly seq: number | undefined
}

/** The signed attestation that entry `seq` names. */
export type ProvenCertificate = { readonly seq: number; readonly pdf: Buffer }

export type Evidence = {
  readonly subject: ProofSubject
  readonly madeAt: Date
  readonly entries: readonly ProvenEntry[]
  /** The signed head that they are under, as it was published. */
  readonly checkpoint: string
  readonly ledgerKey: string
  readonly witnessKeys: readonly string[]
  readonly times: readonly ProvenTime[]
  readonly certificates: readonly ProvenCertificate[]
  /** That the head goes on from an older one of this size. */
  readonly continuity: readonly { readonly old: number; readonly hashes: readonly Buffer[] }[]
  /** PEM: of timestamp authorities, and of whoever signs attestations. */
  readonly anchors: string
  readonly signerAnchors: string
}

/**
 * The proof file of some evidence. The statement in it is made from what a check of the file itself establishes, so it
 * says nothing that the file does not show.
 * @throws Failure proof-too-large
 */
export async function buildProof(evidence: Evidence): Promise<Uint8Array> {
  const { length } = evidence.entries
  if (length > mostEntries) throw new Failure('proof-too-large', { entries: length, most: mostEntries })
  const contents = contentsOf(evidence)
  const draft = pack(await withManifest(contents, evidence))
  const { grounds } = await checkProof(draft, noTrust, evidence.madeAt)
  if (!grounds) return draft
  return pack(
    await withManifest(new Map([...contents, [statementPath, encoded(statementOf(grounds, fr))]]), evidence),
  )
}

const encoded = (text: string): Uint8Array => new TextEncoder().encode(text)

const contentsOf = ({
  entries,
  checkpoint,
  times,
  certificates,
  continuity,
  ...keys
}: Evidence): Map<string, Uint8Array> =>
  new Map<string, Uint8Array>([
    ...entries.flatMap(({ seq, bytes, hashes }): [string, Uint8Array][] => [
      [entryPath(seq), bytes],
      [inclusionPath(seq), encoded(formatProof({ index: seq, hashes, checkpoint }))],
    ]),
    ...times.flatMap(({ tokens, ...time }) =>
      tokens.map((token, index): [string, Uint8Array] => [pathsOf({ ...time, tokens })[index]!, token]),
    ),
    ...certificates.map(({ seq, pdf }): [string, Uint8Array] => [certificatePath(seq), pdf]),
    ...continuity.map(({ old, hashes }): [string, Uint8Array] => [
      consistencyPath(old),
      encoded(formatAddCheckpoint({ old, proof: hashes, checkpoint })),
    ]),
    [ledgerKeyPath, encoded(`${keys.ledgerKey}\n`)],
    ...keysAt(witnessKeysPath, keys.witnessKeys.join('\n')),
    ...keysAt(anchorsPath, keys.anchors),
    ...keysAt(signerAnchorsPath, keys.signerAnchors),
  ])

const keysAt = (path: string, text: string): [string, Uint8Array][] => (text ? [[path, encoded(text)]] : [])

const pathsOf = ({ name, tokens }: ProvenTime): string[] =>
  tokens.map((_, index) => tokenPath(`${name}.${index + 1}`))

async function withManifest(
  contents: ReadonlyMap<string, Uint8Array>,
  { subject, madeAt, entries, times, certificates }: Evidence,
): Promise<Map<string, Uint8Array>> {
  const files: Record<string, string> = {}
  for (const [path, content] of contents) files[path] = await sha256Of(content)
  const manifest: ProofManifest = {
    ...{ format: proofFormat, subject, madeAt: madeAt.toISOString() },
    ...{ entries: entries.map(({ seq }) => seq), times: times.map(listed), files },
    certificates: certificates.map(({ seq }) => ({ path: certificatePath(seq), seq })),
  }
  return new Map([[manifestPath, encoded(`${JSON.stringify(manifest, null, 2)}\n`)], ...contents])
}

const listed = (time: ProvenTime): ProofTimes =>
  time.seq === undefined
    ? { of: 'checkpoint', paths: pathsOf(time) }
    : { of: 'sealed-document', paths: pathsOf(time), seq: time.seq }
