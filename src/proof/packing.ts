import { unzipSync, zipSync } from 'fflate'
import { Failure } from '../domain/failure.ts'
import type { ProofFiles } from './proof-file.ts'

/** What a proof file may hold once it is unpacked: whoever sends one may mean harm. */
const limits = { bytes: 256 * 2 ** 20, files: 250_000 } as const

/** The same contents give the same bytes: in the order of their paths, stored, without a date. */
export const pack = (files: ProofFiles): Uint8Array =>
  zipSync(Object.fromEntries([...files].toSorted(byPath)), { level: 0, mtime: earliest })

/** Is this, to the last byte of its headers, how these contents are packed? */
export function isAsPacked(bytes: Uint8Array, files: ProofFiles): boolean {
  const again = packedAgain(files)
  return again !== undefined && again.length === bytes.length && again.every((byte, at) => byte === bytes[at])
}

/** Undefined for a name that is too long for a ZIP: another spelling of it was short enough. */
function packedAgain(files: ProofFiles): Uint8Array | undefined {
  try {
    return pack(files)
  } catch {
    return undefined
  }
}

const byPath = ([one]: [string, unknown], [other]: [string, unknown]): number => (one < other ? -1 : 1)
/** ZIP knows no time before; ours says nothing. */
const earliest = new Date(1980, 0, 1)

/** @throws Failure proof-file-invalid */
export function unpack(bytes: Uint8Array): ProofFiles {
  let [files, total, packed] = [0, 0, 0]
  try {
    const contents = unzipSync(bytes, {
      filter: ({ name, size, originalSize }) => {
        files++
        packed += size
        total += originalSize
        // Files that share bytes could be more than any memory holds.
        if (packed > bytes.length) throw refusal('not-a-zip')
        if (files > limits.files || total > limits.bytes) throw refusal('too-large')
        return !name.endsWith('/')
      },
    })
    return new Map(Object.entries(contents))
  } catch (error) {
    throw error instanceof Failure ? error : refusal('not-a-zip')
  }
}

const refusal = (reason: 'too-large' | 'not-a-zip'): Failure => new Failure('proof-file-invalid', { reason })
