import { readFileSync } from 'node:fs'
import type { GoldenToken } from '../../../fixtures/timestamps/golden-token.ts'

const read = JSON.parse(
  readFileSync(new URL('../../../fixtures/timestamps/golden.json', import.meta.url), 'utf8'),
) as { madeAt: string; tokens: GoldenToken[]; certificates: Record<string, string> }

const bytes = (base64: string): Buffer => Buffer.from(base64, 'base64')

/** When the golden tokens were made. */
export const madeAt = new Date(read.madeAt)

export const golden = read.tokens.map(({ token, digest, anchors, revocations, ...rest }) => ({
  ...rest,
  ...{ token: bytes(token), digest: bytes(digest), anchors: anchors.map(bytes) },
  revocations: revocations?.map(bytes) ?? [],
}))

export const goldenNamed = (name: string): (typeof golden)[number] => golden.find((one) => one.name === name)!

export const certificateOf = (name: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(bytes(read.certificates[name]!))
