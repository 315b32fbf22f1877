/** A question: from where on, 64 bits, and how many bytes, 32 bits, both big-endian. The answer is those bytes alone. */
export const questionBytes = 12
/** No question asks for more. */
export const longestAnswer = 4 << 20

export function questionFor(from: number, length: number): Buffer {
  const question = Buffer.alloc(questionBytes)
  question.writeBigUInt64BE(BigInt(from))
  question.writeUInt32BE(length, 8)
  return question
}

export const questionOf = (bytes: Buffer): { from: number; length: number } => ({
  from: Number(bytes.readBigUInt64BE()),
  length: bytes.readUInt32BE(8),
})
