import { z } from 'zod'

/** An encrypted object in a batch's staging: digest and size are of the plaintext. */
export const StagedObject = z.object({
  key: z.string(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  bytes: z.number().int().nonnegative(),
})
export type StagedObject = z.infer<typeof StagedObject>
