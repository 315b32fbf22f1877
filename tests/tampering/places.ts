import { createHash } from 'node:crypto'

/** Some places of so many bytes, the same at each run: the first, the last, and as many between as are asked for. */
export function drawn(seed: string, length: number, between = 2): number[] {
  const inside = Array.from({ length: between }, (_, at) => {
    const drop = createHash('sha256').update(`${seed}/${at}`).digest().readUIntBE(0, 6)
    return drop % length
  })
  return [...new Set([0, ...inside, length - 1])]
}
