import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { type RawBuilder, sql } from 'kysely'
import { openTruth } from '../../../src/adapters/postgres/records/truth.ts'
import { openTimestamps } from '../../../src/adapters/postgres/timestamps.ts'
import { createSealer } from '../../../src/adapters/sealing/sealer.ts'
import { fetchAttestation } from '../../../src/commands/attest-batches.ts'
import { tokenKey } from '../../../src/commands/keep-timestamps.ts'
import { fetchDocument } from '../../../src/commands/read-document.ts'
import { verifyAllEvidence } from '../../../src/commands/verify-evidence.ts'
import { verifyLedger } from '../../../src/commands/verify-ledger.ts'
import { custodyEvent } from '../../../src/domain/custody.ts'
import type { DepositFigures } from '../../../src/domain/deposit-attestation.ts'
import { asFailure } from '../../../src/domain/failure.ts'
import type { OrganisationId, PatientId } from '../../../src/domain/ids.ts'
import { verifyToken } from '../../../src/domain/timestamps/verify-token.ts'
import { cosign, cosignerOf } from '../../../src/ledger/cosignature.ts'
import { parseNote } from '../../../src/ledger/note.ts'
import { attestation } from '../../proof/a-proof.ts'
import { signerOf } from '../../unit/ledger/signers.ts'
import { goldenNamed, madeAt } from '../../unit/timestamps/golden.ts'
import { openLedgerHouse } from '../ledger/ledger-house.ts'
import { addFullOrganisation } from '../postgres/full-organisation.ts'

export type KeptEvidence = Awaited<ReturnType<typeof openKeptEvidence>>

/** What the golden token is over. */
const content = Buffer.from('Scelle golden timestamp token')
const hash = (bytes: Buffer, name: 'sha256' | 'sha512' = 'sha256') =>
  createHash(name).update(bytes).digest('hex')
const clock = { now: () => new Date(madeAt.getTime() + 86_400_000) }

const none = { documents: 0, pages: 0 }
const noFigures: DepositFigures = {
  ...{ announced: { folders: 0, ...none }, isAnsweredFor: false, attributedByHand: 0 },
  files: { received: 0, bytes: 0, digests: 0, split: 0, rejected: 0, duplicate: 0 },
  pages: { counted: 0, inDocuments: 0, coverSheets: 0 },
  ...{ verified: none, refused: none, rejected: none },
  objects: { access: 0, master: 0, words: 0, bytes: 0 },
  reasons: { files: {}, documents: {} },
}

/**
 * A ledger of 300 entries, published and cosigned; a document sealed, deposited and time-stamped; a batch attested. Whatever
 * the house keeps as evidence is there once, and can be changed and put right again.
 */
export async function openKeptEvidence() {
  const house = await openLedgerHouse()
  const { database, archives } = house
  const organisationId = await addFullOrganisation(database)
  const ids = await addDocument(organisationId)
  const size = 300
  const truth = openTruth(database.app, clock)
  const sealer = createSealer(async () => Buffer.alloc(32, 7))
  const room = { truth, sealer, clock, archives: { of: () => archives.north } }
  await sealAndDeposit()
  await house.happen(size - 2)
  await house.extend()
  const witness = signerOf('witness.example.org', 2)
  const cosigner = cosignerOf(witness)
  const head = (await house.ledger.head())!
  const line = await cosign(parseNote(head.note).text, witness, house.clock.now())
  const keyId = cosigner.keyId.toString('hex')
  await house.ledger.cosign({ witness: witness.name, keyId, size, line, at: house.clock.now() })
  await house.publish()

  const { timestamps, token, copy } = await stamp()
  await attest()

  /** One bit, back and forth. */
  const inObject = (key: string) => async (at: number) => {
    const bytes = (await house.read(key))!
    const put = (body: Buffer) => archives.north.put(key, body, { bytes: body.length, sha256: hash(body) })
    await put(flipped(bytes, at))
    return () => put(bytes)
  }

  return {
    ...{ house, ids, size, token },
    /** Object keys in the archive `north`. */
    keys: { sealed: ids.sealedKey, attestation: ids.attestationKey, token: copy },
    bytesOf: async (key: string) => (await house.read(key))!,
    flipIn: {
      object: inObject,
      /** A column of bytes, or of text, of one row. */
      row:
        (table: string, column: string, where: RawBuilder<unknown>, isText = false) =>
        async (at: number) => {
          const [name, place] = [sql.ref(column), sql.lit(at)]
          const bytes = isText ? sql`convert_to(${name}, 'UTF8')` : name
          const turned = sql`set_byte(${bytes}, ${place}, get_byte(${bytes}, ${place}) # 1)`
          const value = isText ? sql`convert_from(${turned}, 'UTF8')` : turned
          const flip = () =>
            asSuperuser(sql`update ${sql.table(table)} set ${name} = ${value} where ${where}`)
          await flip()
          return flip
        },
    },
    asSuperuser,
    ledgerFindings: async () =>
      (await verifyLedger(house.ledger, house.signer, archives, () => {}, [{ cosigner, required: true }]))
        .findings,
    timeFindings: async () =>
      (
        await verifyAllEvidence(
          {
            timestamps,
            clock,
            ...{ anchors: token.anchors, revocations: [], ends: {} },
            archives: { archive: archives.north },
          },
          { withCopies: true, progress: () => {} },
        )
      ).findings,
    /** What whoever reads the document is told; nothing where it is as it was deposited. */
    readingRefusal: () =>
      refusalOf(async () => {
        const { content: read } = await fetchDocument(organisationId, ids.documentId, 'access', 'cli', room)
        await buffer(read)
      }),
    attestationRefusal: () => refusalOf(() => fetchAttestation(organisationId, ids.batchId, room)),
    close: () => house.close(),
  }

  /** A superuser whom no trigger stops. */
  async function asSuperuser(statement: RawBuilder<unknown>): Promise<void> {
    await database.owner.connection().execute(async (session) => {
      await sql`set session_replication_role = replica`.execute(session)
      await statement.execute(session)
      await sql`set session_replication_role = origin`.execute(session)
    })
  }

  async function addDocument(organisation: OrganisationId) {
    const { document_id, batch_id } = await database.owner
      .selectFrom('documents')
      .select(['id as document_id', 'batch_id'])
      .executeTakeFirstOrThrow()
    const [documentId, batchId] = [document_id, batch_id]
    return {
      ...{ documentId, batchId, sealedKey: `${organisation}/${documentId}/v1.cms` },
      attestationKey: `${organisation}/attestations/${batchId}/v1.pdf`,
    }
  }

  async function sealAndDeposit(): Promise<void> {
    const patientId = 'any' as PatientId
    const { sealed } = await sealer.seal(patientId, ids.documentId, Readable.from([content]))
    const bytes = await buffer(sealed)
    await archives.north.put(ids.sealedKey, bytes, { bytes: bytes.length, sha256: hash(bytes) })
    await database.owner
      .updateTable('deposits')
      .set({
        ...{ content_sha256: hash(content), content_sha512: hash(content, 'sha512') },
        ...{ content_bytes: content.length, sealed_sha256: hash(bytes), sealed_bytes: bytes.length },
        deposited_at: clock.now(),
      })
      .execute()
    await database.owner.updateTable('documents').set({ state: 'verified' }).execute()
    const digests = { content: hash(content), content512: hash(content, 'sha512'), sealed: hash(bytes) }
    const subject = { batchId: ids.batchId, documentId: ids.documentId }
    const details = { part: 'access', version: 1, bytes: content.length }
    await truth.transaction(organisationId, ({ append }) =>
      append('cli', [custodyEvent('document-sealed', subject, { digests, details })]),
    )
  }

  async function stamp() {
    const golden = goldenNamed('p256')
    const store = openTimestamps(database.system, clock)
    await asSuperuser(sql`delete from timestamps`)
    const verdict = await verifyToken(golden.token, golden.digest, golden.anchors, { at: clock.now() })
    if (!verdict.isGood) throw new Error(verdict.fault)
    const { at, certificateUntil, algorithms, authority } = verdict.facts
    const subject = {
      kind: 'sealed-document',
      subject: `${ids.documentId}/access/1`,
      organisationId,
    } as const
    const stamped = { ...subject, storage: 'archive', sha256: Buffer.alloc(32), sha512: Buffer.alloc(64) }
    const kept = { generation: 1, token: golden.token, at, certificateUntil, algorithms, authority }
    await store.keep(stamped, golden.digest, kept)
    const key = tokenKey(stamped, 1, hash(golden.token))
    await archives.north.put(key, golden.token, { bytes: golden.token.length, sha256: hash(golden.token) })
    return { timestamps: store, token: golden, copy: key }
  }

  async function attest(): Promise<void> {
    const wish = { bytes: attestation.length, sha256: hash(attestation) }
    await archives.north.put(ids.attestationKey, attestation, wish)
    await database.owner
      .updateTable('attestations')
      .set({ version: 1, object_key: ids.attestationKey, sha256: hash(attestation) })
      .execute()
    await asSuperuser(sql`update attestations set figures = ${JSON.stringify(noFigures)}::jsonb`)
  }
}

function flipped(bytes: Buffer, at: number): Buffer {
  const changed = Buffer.from(bytes)
  changed[at]! ^= 1
  return changed
}

async function refusalOf(work: () => Promise<unknown>): Promise<object[]> {
  try {
    await work()
    return []
  } catch (error) {
    const { code, facts } = asFailure(error)
    return [{ code, ...facts }]
  }
}
