import { encode, encodeOid, tags } from '../../src/domain/timestamps/der.ts'
import { buildProof, type Evidence } from '../../src/proof/build.ts'
import type { FindingCode } from '../../src/proof/findings.ts'
import { pack, unpack } from '../../src/proof/packing.ts'
import {
  certificatePath,
  consistencyPath,
  entryPath,
  inclusionPath,
  manifestPath,
} from '../../src/proof/proof-file.ts'
import { noTrust, type Trust } from '../../src/proof/trust.ts'
import {
  aboutFirstDocument,
  aKey,
  aLog,
  aProof,
  attestation,
  attesting,
  batchIds,
  documentIds,
  evidenceOfDocument,
  expiredAttestation,
  type Log,
  pemOf,
  revocationOfSigner,
  sealing,
  signerRoot,
  strangerRoot,
  timeOf,
} from './a-proof.ts'

export type BadProof = {
  readonly name: string
  make(): Promise<Uint8Array>
  readonly code: FindingCode
  readonly path?: string
  readonly reason?: string
  readonly trust?: Trust
}

type Contents = Map<string, Uint8Array>

/** Proof files that somebody spoilt or forged, each in a way of its own. */
export async function badProofs(): Promise<BadProof[]> {
  const privateKey = aKey()
  const log = await aLog(privateKey)
  const other = await aLog(aKey(), 1)
  const good = await aProof(log)
  const given: Trust = { ...noTrust, ledgerKeys: [log.key] }
  const changed =
    (change: (contents: Contents) => void, after = (zip: Uint8Array): Uint8Array => zip) =>
    () => {
      const contents = new Map(unpack(good))
      change(contents)
      return Promise.resolve(after(pack(contents)))
    }
  /** As somebody would forge it: the table of contents fits what was changed. */
  const forged = (change: (evidence: Evidence) => Evidence) => () =>
    buildProof(change(evidenceOfDocument(log)))
  const forgedEntry = (from: string, to: string) =>
    forged((evidence) => ({
      ...evidence,
      entries: evidence.entries.map((entry) =>
        entry.seq === sealing
          ? { ...entry, bytes: Buffer.from(entry.bytes.toString().replace(from, to)) }
          : entry,
      ),
    }))

  return [
    { name: 'a file that is no ZIP', make: () => Promise.resolve(Buffer.from('PK?')), code: 'file-invalid' },
    {
      ...{
        name: 'a ZIP whose files all are the same bytes of it',
        code: 'file-invalid',
        reason: 'not-a-zip',
      },
      make: () => Promise.resolve(listedOften(pack(new Map([['a', new Uint8Array(4096)]])), 50)),
    },
    {
      ...{ name: 'a file whose name is too long to be packed again', code: 'packing-changed' },
      make: changed(
        (contents) => contents.set('~'.repeat(40_000), Buffer.from('~')),
        // In Latin-1, and twice as long in UTF-8.
        (zip) =>
          Buffer.from(
            Buffer.from(zip)
              .toString('latin1')
              .replaceAll(/~{40000}/g, (name) => 'é'.repeat(name.length)),
            'latin1',
          ),
      ),
    },
    {
      name: 'one byte changed in an entry',
      make: changed((contents) => flip(contents, entryPath(sealing))),
      code: 'file-changed',
      path: entryPath(sealing),
    },
    {
      name: 'an entry that says another digest',
      make: forgedEntry('c'.repeat(64), 'd'.repeat(64)),
      code: 'inclusion-invalid',
      path: inclusionPath(sealing),
    },
    {
      name: 'an entry in another spelling',
      make: forgedEntry('{', '{ '),
      code: 'entry-malformed',
      path: entryPath(sealing),
    },
    {
      name: 'a proof for another entry',
      make: forged((evidence) => ({
        ...evidence,
        entries: evidence.entries.map((entry) =>
          entry.seq === sealing ? { ...entry, hashes: evidence.entries[0]!.hashes } : entry,
        ),
      })),
      code: 'inclusion-invalid',
      path: inclusionPath(sealing),
    },
    {
      name: 'an entry at another place',
      make: changed((contents) => contents.set(entryPath(sealing), contents.get(entryPath(6))!)),
      code: 'entry-misplaced',
      path: entryPath(sealing),
    },
    {
      name: 'a head whose root was changed',
      make: forged((evidence) => ({
        ...evidence,
        checkpoint: evidence.checkpoint.replace('\n10\n', '\n11\n'),
      })),
      code: 'checkpoint-invalid',
    },
    {
      ...{ name: 'a cosignature of another head', code: 'checkpoint-invalid', reason: 'signature-invalid' },
      make: forged((evidence) => ({
        ...evidence,
        witnessKeys: other.evidence(evidence.subject, () => true).witnessKeys,
        checkpoint: `${evidence.checkpoint.split('\n').slice(0, -2).join('\n')}\n${other.head.split('\n').at(-2)}\n`,
      })),
    },
    {
      name: 'a head of another ledger under our name',
      make: () => aProof(other),
      code: 'ledger-unknown',
      trust: given,
    },
    {
      name: "somebody else's document among the entries",
      make: () =>
        buildProof(
          log.evidence(
            { kind: 'document', id: documentIds[0] },
            (entry) => aboutFirstDocument(entry) || entry.subject.batchId === batchIds[1],
          ),
        ),
      code: 'entry-foreign',
      path: entryPath(4),
    },
    {
      name: 'an entry taken out',
      make: changed((contents) => contents.delete(entryPath(sealing))),
      code: 'file-missing',
      path: entryPath(sealing),
    },
    {
      name: 'a file put in',
      make: changed((contents) => contents.set('entries/more.json', Buffer.from('{}'))),
      code: 'file-unlisted',
      path: 'entries/more.json',
    },
    {
      name: 'a table of contents of another kind',
      make: changed((contents) => contents.set(manifestPath, Buffer.from('{"format":"scelle-proof/2"}'))),
      code: 'manifest-malformed',
      path: manifestPath,
    },
    ...(
      [
        ['a token of an authority that nobody trusts', 'stranger', 'timestamp-authority-unknown'],
        ['a token under a certificate that had expired', 'expired', 'timestamp-certificate-expired'],
        ['a token under a certificate for something else', 'unfit', 'timestamp-certificate-unfit'],
      ] as const
    ).map(([name, token, reason]) => ({
      ...{ name, reason, code: 'token-invalid' as const, path: 'timestamps/content.1.tsr' },
      make: forged((evidence) => ({ ...evidence, ...timeOf(token) })),
    })),
    {
      ...{ name: 'a token over other data', code: 'token-invalid', reason: 'timestamp-of-other-data' },
      make: forged((evidence) => ({ ...evidence, ...timeOf('p256', 'head') })),
      path: 'timestamps/head.1.tsr',
    },
    {
      name: 'entries under two heads, and none of them shown',
      make: async () => {
        const { entries, ...evidence } = evidenceOfDocument(log)
        const spoilt = entries.slice(0, 2).map((entry) => ({ ...entry, hashes: [] }))
        const contents = new Map(unpack(await buildProof({ ...evidence, entries: spoilt })))
        const path = inclusionPath(spoilt[1]!.seq)
        const proof = Buffer.from(contents.get(path)!).toString()
        contents.set(path, Buffer.from(proof.replace(log.head, await log.headAt(4))))
        return pack(contents)
      },
      code: 'checkpoints-differ',
      path: inclusionPath(0),
    },
    {
      name: 'an attestation that no entry names',
      make: forged((evidence) => ({
        ...evidence,
        certificates: [{ seq: sealing, pdf: Buffer.from('%PDF-1.4') }],
      })),
      code: 'certificate-differs',
      path: certificatePath(sealing),
    },
    ...(
      [
        ['signed by somebody whom nobody vouches for', attestation, 'signer-unknown', strangerRoot],
        ['of a signer whose certificate had expired', expiredAttestation, 'signer-expired', signerRoot],
        ['with one byte of its page changed', flipped(attestation, 2_000), 'digest-differs', signerRoot],
        ['with one byte after its signatures', longer(attestation), 'bytes-after-signature', signerRoot],
      ] as const
    ).map(([name, pdf, reason, signerAnchors]) => ({
      ...{ name: `an attestation ${name}`, code: 'certificate-invalid' as const, reason },
      path: certificatePath(attesting),
      make: async () =>
        buildProof({ ...evidenceOfDocument(await aLog(privateKey, 0, pdf), pdf), signerAnchors }),
    })),
    {
      ...{ name: 'an attestation whose signer was revoked', code: 'certificate-invalid' },
      ...{ reason: 'signer-revoked', path: certificatePath(attesting) },
      make: forged((evidence) => ({ ...evidence, anchors: evidence.anchors + revocationOfSigner })),
    },
    {
      ...{ name: 'a token whose authority was revoked', code: 'token-invalid' },
      ...{ reason: 'timestamp-certificate-revoked', path: 'timestamps/content.1.tsr' },
      make: forged((evidence) => ({ ...evidence, ...timeOf('revoked') })),
    },
    {
      ...{ name: 'a revocation list whose time has no end', code: 'revocations-malformed' },
      make: forged((evidence) => ({ ...evidence, anchors: evidence.anchors + endlessList() })),
    },
    ...(await besideKeptHeads(log, privateKey)),
    {
      name: 'a key that is none',
      make: forged((evidence) => ({ ...evidence, ledgerKey: 'ledger.example.fr+00000000+AAAA' })),
      code: 'key-malformed',
    },
  ]
}

/** Good proofs, of which the ledger is not the one that somebody remembers. */
async function besideKeptHeads(log: Log, privateKey: ReturnType<typeof aKey>): Promise<BadProof[]> {
  const good = () => aProof(log)
  const other = await aLog(privateKey, 0, expiredAttestation)
  const path = inclusionPath(0)
  const beside = (...kept: string[]): { trust: Trust } => ({ trust: { ...noTrust, kept } })
  const damaged = log.head.replace(/(?<=— ledger\S+ .{20})./, (letter) => (letter === 'A' ? 'B' : 'A'))
  return [
    {
      ...{ name: 'a ledger that is shorter than a head that was kept', code: 'ledger-shrank', path },
      ...{ reason: '9 < 10', ...beside(log.head) },
      make: async () => aProof(await aLog(privateKey, 1)),
    },
    {
      ...{ name: 'a ledger that contradicts a head that was kept', code: 'ledger-contradicts', path },
      ...{ reason: '10', ...beside(other.head), make: good },
    },
    {
      ...{ name: 'a head that was kept of another ledger', code: 'kept-foreign' },
      ...{ ...beside((await aLog(aKey(), 1)).head), make: good },
    },
    {
      ...{ name: 'a head that was kept, and damaged', code: 'kept-invalid', reason: 'signature-invalid' },
      ...{ ...beside(damaged), make: good },
    },
    {
      ...{ name: 'a ledger that does not go on from a head that was kept', code: 'consistency-invalid' },
      ...{ path: consistencyPath(4), reason: 'root-differs', ...beside(await log.headAt(4)) },
      make: () => buildProof({ ...evidenceOfDocument(log), continuity: [other.since(4)] }),
    },
  ]
}

function flip(contents: Contents, path: string): void {
  contents.set(path, flipped(contents.get(path)!))
}

function flipped(from: Uint8Array, at = from.length >> 1): Buffer {
  const bytes = Buffer.from(from)
  bytes[at]! ^= 1
  return bytes
}

/** A ZIP of one file that names it so many times, each time otherwise. */
function listedOften(zip: Uint8Array, times: number): Buffer {
  const end = Buffer.from(zip.subarray(-22))
  const [length, from] = [end.readUInt32LE(12), end.readUInt32LE(16)]
  const listing = Array.from({ length: times }, (_, at) => {
    const record = Buffer.from(zip.subarray(from, from + length))
    record[46] = 0x41 + at
    return record
  })
  for (const place of [8, 10]) end.writeUInt16LE(times, place)
  end.writeUInt32LE(length * times, 12)
  return Buffer.concat([zip.subarray(0, from), ...listing, end])
}

/** More bytes in a time than a call takes arguments. */
function endlessList(): string {
  const algorithm = encode(tags.sequence, encodeOid('1.2.840.10045.4.3.2'))
  const time = encode(tags.generalizedTime, new Uint8Array(300_000))
  const signed = encode(tags.sequence, algorithm, encode(tags.sequence), time)
  const list = encode(tags.sequence, signed, algorithm, encode(tags.bitString, Uint8Array.of(0)))
  return pemOf('X509 CRL', Buffer.from(list).toString('base64'))
}

const longer = (from: Uint8Array): Buffer => Buffer.concat([from, Buffer.from('\n')])
