import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Faults } from '../../../src/devstack/s3/faults.ts'
import type { Lack } from '../../../src/devstack/s3/lacks.ts'
import { startDevelopmentS3 } from '../../../src/devstack/s3/server.ts'

export const account = { accessKeyId: 'development', secretAccessKey: 'not-a-secret' }

/** A development server in a folder of its own, with a clock that can be moved on and faults that can be set. */
export async function startServer(
  options: { directory?: string; clock?: { now(): Date }; lacks?: readonly Lack[] } = {},
) {
  const directory = options.directory ?? (await mkdtemp(join(tmpdir(), 'scelle-s3-')))
  const state: { ahead: number; faults: Faults | undefined } = { ahead: 0, faults: undefined }
  const server = await startDevelopmentS3({
    directory,
    credentials: account,
    lacks: options.lacks ?? [],
    clock: options.clock ?? { now: () => new Date(Date.now() + state.ahead) },
    faults: (request) => state.faults?.(request),
  })
  return {
    ...account,
    endpoint: server.endpoint,
    region: 'eu-west-1',
    directory,
    letTimePass: async (milliseconds: number) => {
      state.ahead += milliseconds
    },
    /** From now on; undefined: all is well again. */
    setFaults: (faults?: Faults) => {
      state.faults = faults
    },
    stop: () => server.close(),
    close: async () => {
      await server.close()
      await rm(directory, { recursive: true, force: true })
    },
  }
}
