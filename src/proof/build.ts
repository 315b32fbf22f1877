import { formatProof } from '../ledger/tlog-proof.ts'
import { checkProof } from './check.ts'
import { sha256Of } from './digests.ts'
import { pack } from './packing.ts'
import {
  anchorsPath,
  entryPath,
  inclusionPath,
  ledgerKeyPath,
  manifestPath,
  proofFormat,
  type ProofManifest,
  type ProofSubject,
  type ProofToken,
  statementPath,
  tokenPath,
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

/** An RFC 3161 token (DER) over the head, or over the sealed object that entry `seq` names. */
export type ProvenTime = {
  readonly name: string
  readonly token: Uint8Array
  readonly seq: number | undefined
}

export type Evidence = {
  readonly subject: ProofSubject
  readonly madeAt: Date
  readonly entries: readonly ProvenEntry[]
  /** The signed head that they are under, as it was published. */
  readonly checkpoint: string
  readonly ledgerKey: string
  readonly times: readonly ProvenTime[]
  /** PEM */
  readonly anchors: string
}

/**
 * The proof file of some evidence. The statement in it is made from what a check of the file itself establishes, so it
 * says nothing that the file does not show.
 */
export async function buildProof(evidence: Evidence): Promise<Uint8Array> {
  const contents = contentsOf(evidence)
  const draft = pack(await withManifest(contents, evidence))
  const { grounds } = await checkProof(draft, noTrust, evidence.madeAt)
  if (!grounds) return draft
  return pack(
    await withManifest(new Map([...contents, [statementPath, encoded(statementOf(grounds, fr))]]), evidence),
  )
}

const encoded = (text: string): Uint8Array => new TextEncoder().encode(text)

const contentsOf = ({ entries, checkpoint, times, ledgerKey, anchors }: Evidence): Map<string, Uint8Array> =>
  new Map([
    ...entries.flatMap(({ seq, bytes, hashes }): [string, Uint8Array][] => [
      [entryPath(seq), bytes],
      [inclusionPath(seq), encoded(formatProof({ index: seq, hashes, checkpoint }))],
    ]),
    ...times.map(({ name, token }): [string, Uint8Array] => [tokenPath(name), token]),
    [ledgerKeyPath, encoded(`${ledgerKey}\n`)],
    ...(anchors ? [[anchorsPath, encoded(anchors)] as [string, Uint8Array]] : []),
  ])

async function withManifest(
  contents: ReadonlyMap<string, Uint8Array>,
  { subject, madeAt, entries, times }: Evidence,
): Promise<Map<string, Uint8Array>> {
  const files: Record<string, string> = {}
  for (const [path, content] of contents) files[path] = await sha256Of(content)
  const tokens = times.map(
    ({ name, seq }): ProofToken =>
      seq === undefined
        ? { of: 'checkpoint', path: tokenPath(name) }
        : { of: 'sealed-document', path: tokenPath(name), seq },
  )
  const manifest: ProofManifest = {
    ...{ format: proofFormat, subject, madeAt: madeAt.toISOString() },
    ...{ entries: entries.map(({ seq }) => seq), tokens, files },
  }
  return new Map([[manifestPath, encoded(`${JSON.stringify(manifest, null, 2)}\n`)], ...contents])
}
