import { fetchAttestation } from '../commands/attest-batches.ts'
import type { BatchId } from '../domain/ids.ts'
import type { Desk } from './desk.ts'
import { refuseExisting, writeNew } from './files.ts'
import { misuse } from './frame.ts'

/** Writes the attestation of a closed batch, once it was compared with the ledger's digest. */
export async function attestation(desk: Desk, { out }: { out: string }, batchId: BatchId): Promise<void> {
  const isFile = out !== '-'
  if (!isFile && process.stdout.isTTY) throw misuse('terminal-refused')
  if (isFile) await refuseExisting(out)
  const house = await desk.house()
  const found = await fetchAttestation(await desk.organisation(), batchId, house.readingRoom())
  const { version, sha256, bytes, stamped, depositedAt, figures } = found.attestation
  if (!isFile) return void process.stdout.write(found.pdf)
  await writeNew(out, found.pdf)
  const answer = { batchId, file: out, version, sha256, bytes, timestamped: stamped, depositedAt, figures }
  const { batch: say } = desk.say
  desk.answer(answer, () =>
    [`✓ ${say.attested(out, sha256!)}`, ...(stamped ? [] : [`! ${say.notTimestamped}`])].join('\n'),
  )
}
