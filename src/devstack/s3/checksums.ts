import { createHash } from 'node:crypto'
import { crc32 } from 'node:zlib'

export const checksumNames = ['crc32', 'crc32c', 'crc64nvme', 'sha1', 'sha256'] as const
export type ChecksumName = (typeof checksumNames)[number]
export type Checksum = { update(chunk: Buffer): void; digest(): Buffer }

export const isChecksumName = (name: string): name is ChecksumName =>
  (checksumNames as readonly string[]).includes(name)

/** A running checksum as the S3 API means it: big-endian CRCs, raw digests. */
export function startChecksum(name: ChecksumName | 'md5'): Checksum {
  if (name === 'crc32') return runningCrc32((chunk, value) => crc32(chunk, value))
  if (name === 'crc32c') return runningCrc32(crc32c)
  if (name === 'crc64nvme') return runningCrc64Nvme()
  const hash = createHash(name)
  return { update: (chunk) => void hash.update(chunk), digest: () => hash.digest() }
}

function runningCrc32(step: (chunk: Buffer, value: number) => number): Checksum {
  let value = 0
  return {
    update: (chunk) => {
      value = step(chunk, value)
    },
    digest: () => {
      const digest = Buffer.alloc(4)
      digest.writeUInt32BE(value >>> 0)
      return digest
    },
  }
}

/** CRC-32C (Castagnoli, RFC 3720 B.4), reflected polynomial 0x82f63b78. */
const castagnoli = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0x82f63b78 : value >>> 1
  return value
})

function crc32c(chunk: Buffer, previous: number): number {
  let value = ~previous
  for (let at = 0; at < chunk.length; at++) value = castagnoli[(value ^ chunk[at]!) & 0xff]! ^ (value >>> 8)
  return ~value >>> 0
}

/** CRC-64/NVME, reflected polynomial 0x9a6c9329ac4bc9b5, in two 32-bit halves: BigInt would be far slower. */
function runningCrc64Nvme(): Checksum {
  const { high, low } = nvmeTable()
  let h = 0xffffffff
  let l = 0xffffffff
  return {
    update: (chunk) => {
      for (let at = 0; at < chunk.length; at++) {
        const index = (l ^ chunk[at]!) & 0xff
        l = (((h & 0xff) << 24) | (l >>> 8)) ^ low[index]!
        h = (h >>> 8) ^ high[index]!
      }
    },
    digest: () => {
      const digest = Buffer.alloc(8)
      digest.writeUInt32BE(~h >>> 0, 0)
      digest.writeUInt32BE(~l >>> 0, 4)
      return digest
    },
  }
}

let table: { high: Uint32Array; low: Uint32Array } | undefined
function nvmeTable(): { high: Uint32Array; low: Uint32Array } {
  if (table) return table
  const high = new Uint32Array(256)
  const low = new Uint32Array(256)
  for (let byte = 0; byte < 256; byte++) {
    let value = BigInt(byte)
    for (let bit = 0; bit < 8; bit++) value = value & 1n ? (value >> 1n) ^ 0x9a6c9329ac4bc9b5n : value >> 1n
    high[byte] = Number(value >> 32n)
    low[byte] = Number(value & 0xffffffffn)
  }
  table = { high, low }
  return table
}
