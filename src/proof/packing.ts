import { unzipSync, zipSync } from 'fflate'
import { Failure } from '../domain/failure.ts'
import type { ProofFiles } from './proof-file.ts'

/** What a proof file may hold once it is unpacked: whoever sends one may mean harm. */
const limits = { bytes: 256 * 2 ** 20, files: 250_000 } as const

/** The same contents give the same bytes: in the order of their paths, stored, without a date. */
export function pack(files: ProofFiles): Uint8Array {
  const zip = zipSync(Object.fromEntries([...files].toSorted(byPath)), { level: 0, mtime: earliest })
  return files.size > mostCounted ? withLongCount(zip, files.size) : zip
}

/** What the end of a ZIP can say in two bytes; the library writes no other. */
const mostCounted = 0xffff
const endBytes = 22

/** With the end of ZIP64 before its own (APPNOTE 4.3.14 to 4.3.16), which counts more files. */
function withLongCount(zip: Uint8Array, files: number): Uint8Array {
  const from = zip.length - endBytes
  const out = new Uint8Array(zip.length + 56 + 20)
  out.set(zip.subarray(0, from))
  const last = new DataView(zip.buffer, zip.byteOffset + from, endBytes)
  const end = new DataView(out.buffer, from)
  end.setUint32(0, 0x06064b50, true)
  end.setUint32(4, 44, true)
  for (const place of [12, 14]) end.setUint16(place, 45, true)
  for (const place of [24, 32]) end.setUint32(place, files, true)
  for (const place of [12, 16]) end.setUint32(place === 12 ? 40 : 48, last.getUint32(place, true), true)
  end.setUint32(56, 0x07064b50, true)
  end.setUint32(64, from, true)
  end.setUint32(72, 1, true)
  end.setUint32(76, 0x06054b50, true)
  for (const place of [8, 10]) end.setUint16(76 + place, mostCounted, true)
  for (const place of [12, 16]) end.setUint32(76 + place, last.getUint32(place, true), true)
  return out
}

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
