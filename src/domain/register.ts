import { z } from 'zod'
import { Manifest } from './manifest.ts'

/**
 * What the operator said of a batch: the manifest, and the file names by position. Names and references may tell who the
 * patients are, so the register is a staged object, encrypted, and dies with the batch.
 */
export const BatchRegister = z.object({ manifest: Manifest, names: z.array(z.string()) })
export type BatchRegister = z.infer<typeof BatchRegister>
