import { createHash, randomBytes } from 'node:crypto'
import { combine, split } from 'shamir-secret-sharing'
import { Failure } from '../../domain/failure.ts'
import { textOf, writeKeyFile } from './key-file.ts'
import { contentOf, type MasterKeys, readMasterKeys } from './local-file.ts'
import { parseShare, printShare, type Share } from './share-text.ts'

/** What was split; the share files are for their holders alone. */
export type Escrow = {
  readonly epochs: readonly number[]
  /** SHA-256 of the key file as it will come back. */
  readonly digest: string
  readonly shares: readonly string[]
}

/**
 * Splits a master key file by Shamir's scheme: any `threshold` shares give it back, fewer tell nothing.
 * @throws Failure key-missing, key-file-exposed, key-file-invalid
 */
export async function escrowKeyFile(
  file: string,
  { shares: count, threshold, madeOn }: { shares: number; threshold: number; madeOn: Date },
): Promise<Escrow> {
  const keys = readMasterKeys(file)
  const epochs = keys.epochs.map(({ epoch }) => epoch).sort((one, other) => one - other)
  const [set, digest] = [randomBytes(4), digestOf(keys)]
  const values = await split(encode(keys), count, threshold)
  const shares = values.map((value, at) =>
    printShare({ set, index: at + 1, count, threshold, digest, value: Buffer.from(value) }, epochs, madeOn),
  )
  // What nobody has seen come together is no escrow.
  for (const some of [shares.slice(0, threshold), shares.slice(-threshold)]) await recoverKeys(some)
  return { epochs, digest: digest.toString('hex'), shares }
}

export type Recovered = {
  readonly epochs: readonly number[]
  readonly digest: string
  /** Positions of shares that were changed although they look whole; they were not needed. */
  readonly wrong: readonly number[]
}

/**
 * Writes the key file that shares give back, once its digest is the one that they announce.
 * @param shares texts of share files
 * @throws Failure share-invalid, shares-too-few, shares-disagree, already-registered
 */
export async function recoverKeyFile(shares: readonly string[], file: string): Promise<Recovered> {
  const { keys, wrong } = await recoverKeys(shares)
  writeKeyFile(file, contentOf(keys))
  return {
    epochs: keys.epochs.map(({ epoch }) => epoch),
    digest: digestOf(keys).toString('hex'),
    wrong,
  }
}

type Numbered = Share & { readonly position: number }

async function recoverKeys(texts: readonly string[]) {
  const shares = texts.map((text, at): Numbered => ({ ...parseShare(text, at + 1), position: at + 1 }))
  refuseMixed(shares)
  const { threshold } = shares[0] ?? { threshold: 2 }
  if (shares.length < threshold) throw new Failure('shares-too-few', { have: shares.length, need: threshold })
  for (const chosen of choices(shares, threshold)) {
    const keys = await joined(chosen)
    if (!keys) continue
    const others = shares.filter((share) => !chosen.includes(share))
    const wrong: number[] = []
    for (const other of others) if (!(await joined([...chosen.slice(1), other]))) wrong.push(other.position)
    return { keys, wrong }
  }
  throw new Failure('shares-disagree')
}

/** The set that most of them are of is meant; whoever is of another is named. */
function refuseMixed(shares: readonly Numbered[]): void {
  const headOf = ({ set, count, threshold, digest }: Share) =>
    [set.toString('hex'), count, threshold, digest.toString('hex')].join('/')
  const sizes = new Map<string, number>()
  for (const share of shares) sizes.set(headOf(share), (sizes.get(headOf(share)) ?? 0) + 1)
  const [most] = [...sizes].sort(([, one], [, other]) => other - one)[0] ?? []
  const seen = new Set<number>()
  for (const share of shares) {
    const reason = headOf(share) !== most ? 'other-set' : seen.has(share.index) ? 'twice' : undefined
    if (reason) throw new Failure('share-invalid', { share: share.position, reason })
    seen.add(share.index)
  }
}

/** Undefined when they do not give what they announce. */
async function joined(shares: readonly Share[]): Promise<MasterKeys | undefined> {
  try {
    const keys = decode(Buffer.from(await combine(shares.map(({ value }) => new Uint8Array(value)))))
    return keys && digestOf(keys).equals(shares[0]!.digest) ? keys : undefined
  } catch {
    return undefined
  }
}

/** Every choice of so many, the first ones first. */
function* choices<One>(all: readonly One[], size: number): Generator<One[]> {
  if (size === 0) yield []
  else
    for (let at = 0; at + size <= all.length; at++)
      for (const rest of choices(all.slice(at + 1), size - 1)) yield [all[at]!, ...rest]
}

const digestOf = (keys: MasterKeys): Buffer =>
  createHash('sha256')
    .update(textOf(contentOf(keys)))
    .digest()

const keyBytes = 32
const entryBytes = 4 + keyBytes
const version = 1

/** version (1) ‖ number of epochs (1) ‖ (epoch (4) ‖ key (32))* ‖ index key (32), in the order of the file. */
function encode({ epochs, indexKey }: MasterKeys): Uint8Array {
  const entries = epochs.map(({ epoch, key }) => {
    const number = Buffer.alloc(4)
    number.writeUInt32BE(epoch)
    return Buffer.concat([number, key])
  })
  return new Uint8Array(Buffer.concat([Buffer.of(version, epochs.length), ...entries, indexKey]))
}

function decode(bytes: Buffer): MasterKeys | undefined {
  const count = bytes[1] ?? 0
  if (bytes[0] !== version || bytes.length !== 2 + count * entryBytes + keyBytes) return undefined
  const epochs = Array.from({ length: count }, (_, at) => {
    const entry = bytes.subarray(2 + at * entryBytes, 2 + (at + 1) * entryBytes)
    return { epoch: entry.readUInt32BE(0), key: entry.subarray(4) }
  })
  return { epochs, indexKey: bytes.subarray(-keyBytes) }
}
