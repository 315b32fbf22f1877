import { createLedgerKeyFile, openLedgerSigner } from './adapters/keys/local-signer.ts'
import { openPublishedLog } from './adapters/witness/published-log.ts'
import { openWitnessPost } from './adapters/witness/post.ts'
import { serveWitness } from './adapters/witness/server.ts'
import { createWitnessState, openWitnessState } from './adapters/witness/state.ts'
import { Failure } from './domain/failure.ts'
import { formatCosignerKey, parseCosignerKey } from './ledger/cosignature.ts'
import type { Settings } from './settings/settings.ts'

/** What a witness works with: a key file and a memory of its own, and nothing of a house. */
export const witnessTools = {
  createKey: createLedgerKeyFile,
  openSigner: (file: string) => openLedgerSigner(file),
  createState: createWitnessState,
  openState: openWitnessState,
  openLog: openPublishedLog,
  /** What others are given: `name+id+base64`. */
  verifierKey: formatCosignerKey,
  serve: serveWitness,
}

/** @throws Failure configuration-invalid when its key cannot be read */
export function openWitness({ key, required, url }: Settings['ledger']['witnesses'][number], place: number) {
  const cosigner = readCosignerKey(key, place)
  return { cosigner, required, ...(url && { post: openWitnessPost(cosigner.name, url) }) }
}

function readCosignerKey(key: string, place: number) {
  try {
    return parseCosignerKey(key)
  } catch {
    throw new Failure('configuration-invalid', { count: 1, faults: `ledger.witnesses.${place}.key` })
  }
}
