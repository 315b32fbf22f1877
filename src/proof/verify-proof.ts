import { LedgerEntry } from '../domain/custody.ts'
import { openCheckpoint, type Checkpoint } from '../ledger/checkpoint.ts'
import { readCanonicalEntry } from '../ledger/entry.ts'
import { type Cosignature, cosignaturesOf } from '../ledger/cosignature.ts'
import { isNamed, type NoteVerifier, parseNote, withSignaturesOf } from '../ledger/note.ts'
import { verifyInclusion } from '../ledger/proofs.ts'
import { reasonOf } from '../ledger/refused.ts'
import { parseProof } from '../ledger/tlog-proof.ts'
import { leafHash } from '../ledger/tree.ts'
import { about } from './about.ts'
import { sha256Of } from './digests.ts'
import type { Finding } from './findings.ts'
import { entryPath, inclusionPath, manifestPath, type ProofFiles, ProofManifest } from './proof-file.ts'
import type { Keys } from './trust.ts'

/** The signed head that every entry of a proof file leads to. */
export type ProvenHead = Checkpoint & {
  /** With the ledger's signature alone: what timestamp tokens are over. */
  readonly note: string
  readonly cosignatures: readonly Cosignature[]
}
type LogKeys = Pick<Keys, 'ledgers' | 'witnesses' | 'named'>

export type Verified = {
  readonly manifest: ProofManifest
  /** The head, and the entries that were shown to be under it, in order. */
  readonly head: ProvenHead | undefined
  readonly entries: readonly LedgerEntry[]
  readonly findings: readonly Finding[]
}

/**
 * Follows every entry of a proof file to one head that a ledger key has signed. Reports what it finds and goes on: what
 * is returned as an entry was shown, whatever is wrong elsewhere.
 */
export async function verifyEntries(files: ProofFiles, keys: LogKeys): Promise<Verified | Finding> {
  const manifest = readManifest(files)
  if (!manifest) return { code: 'manifest-malformed', path: manifestPath }
  const findings: Finding[] = await damage(files, manifest)
  const heads = new Map<string, ProvenHead | undefined>()
  const headOf = (note: string, path: string): ProvenHead | undefined => {
    if (!heads.has(note)) heads.set(note, openHead(note, keys, path, findings))
    return heads.get(note)
  }
  const shown = [...new Set(manifest.entries)]
    .toSorted((one, other) => one - other)
    .flatMap((seq) => showEntry(seq, files, headOf, findings) ?? [])
  const [head, ...others] = [...heads.values()].filter((one) => one !== undefined)
  const first = shown[0]?.seq ?? manifest.entries[0]!
  if (others.length > 0) findings.push({ code: 'checkpoints-differ', path: inclusionPath(first) })
  const belongs = about(manifest.subject, shown)
  for (const entry of shown) {
    if (!belongs(entry))
      findings.push({ code: 'entry-foreign', path: entryPath(entry.seq), type: entry.type })
  }
  return { manifest, head, entries: shown, findings }
}

function readManifest(files: ProofFiles): ProofManifest | undefined {
  try {
    return ProofManifest.parse(JSON.parse(textOf(files.get(manifestPath) ?? new Uint8Array())))
  } catch {
    return undefined
  }
}

const textOf = (bytes: Uint8Array): string =>
  new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)

/** Which files are not those that the table of contents names. It only locates: no claim rests on it. */
async function damage(files: ProofFiles, { files: listed, entries }: ProofManifest): Promise<Finding[]> {
  const findings: Finding[] = []
  const needed = entries.flatMap((seq) => [entryPath(seq), inclusionPath(seq)])
  for (const path of new Set([...Object.keys(listed), ...needed])) {
    const content = files.get(path)
    if (!content) findings.push({ code: 'file-missing', path })
    else if (Object.hasOwn(listed, path) && (await sha256Of(content)) !== listed[path])
      findings.push({ code: 'file-changed', path })
  }
  for (const path of files.keys()) {
    if (path !== manifestPath && !Object.hasOwn(listed, path)) findings.push({ code: 'file-unlisted', path })
  }
  return findings
}

function openHead(
  note: string,
  { ledgers, witnesses, named }: LogKeys,
  path: string,
  findings: Finding[],
): ProvenHead | undefined {
  try {
    if (!isBy(note, [...ledgers, ...witnesses, ...named])) findings.push({ code: 'cosigner-unknown', path })
    return {
      ...openCheckpoint(note, ledgers),
      note: withSignaturesOf(note, ledgers),
      cosignatures: cosignaturesOf(note, witnesses),
    }
  } catch (error) {
    const reason = reasonOf(error)
    findings.push(
      reason === 'signer-unknown'
        ? { code: 'ledger-unknown', path }
        : { code: 'checkpoint-invalid', path, reason },
    )
    return undefined
  }
}

/** Nobody else's signature stands under it. */
const isBy = (note: string, signers: readonly NoteVerifier[]): boolean =>
  parseNote(note).signatures.every((one) => signers.some((signer) => isNamed(one, signer)))

/** One entry, if its bytes are under the head that its proof brings. */
function showEntry(
  seq: number,
  files: ProofFiles,
  headOf: (note: string, path: string) => ProvenHead | undefined,
  findings: Finding[],
): LedgerEntry | undefined {
  const [path, proofPath] = [entryPath(seq), inclusionPath(seq)]
  const [bytes, text] = [files.get(path), files.get(proofPath)]
  const refuse = (finding: Finding): undefined => void findings.push(finding)
  if (!bytes || !text) return undefined
  const entry = readEntry(bytes)
  if (!entry) return refuse({ code: 'entry-malformed', path })
  if (entry.seq !== seq) return refuse({ code: 'entry-misplaced', path })
  try {
    const { index, hashes, checkpoint } = parseProof(textOf(text))
    const head = headOf(checkpoint, proofPath)
    if (!head) return undefined
    if (index !== seq) return refuse({ code: 'inclusion-invalid', path: proofPath, reason: 'index-differs' })
    verifyInclusion({
      index,
      size: head.size,
      leafHash: leafHash(Buffer.from(bytes)),
      root: head.root,
      proof: hashes,
    })
    return entry
  } catch (error) {
    if (error instanceof TypeError)
      return refuse({ code: 'inclusion-invalid', path: proofPath, reason: 'not-utf8' })
    return refuse({ code: 'inclusion-invalid', path: proofPath, reason: reasonOf(error) })
  }
}

function readEntry(bytes: Uint8Array): LedgerEntry | undefined {
  const buffer = Buffer.from(bytes)
  if (!readCanonicalEntry(buffer)) return undefined
  return LedgerEntry.safeParse(JSON.parse(buffer.toString())).data
}
