import { expect, test } from 'vitest'
import { letGo } from '../../../src/commands/let-go.ts'
import type { BatchId, OrganisationId } from '../../../src/domain/ids.ts'
import type { HotFolder } from '../../../src/ports.ts'
import type { Records, Truth } from '../../../src/records.ts'

test('asks of a batch that is open, every two seconds perhaps, nothing but whether it is closed', async () => {
  const batches = { find: async () => ({ state: 'held', closedAt: null }) }
  const truth = {
    transaction: (_: OrganisationId, work: (records: Records) => unknown) =>
      work({ batches } as unknown as Records),
  } as Truth
  const claim = { batchId: 'b' as BatchId, name: 'box 1' }
  const exit = { truth, folder: {} as HotFolder, language: 'fr' } as const
  expect(await letGo(claim, 'o' as OrganisationId, exit)).toBeUndefined()
})
