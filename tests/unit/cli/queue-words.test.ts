import { expect, test } from 'vitest'
import type { Desk } from '../../../src/cli/desk.ts'
import { type Observed, sayStatus } from '../../../src/cli/queue-words.ts'
import { sayIn } from '../../../src/cli/say.ts'

const quiet: Observed = {
  ...{ now: new Date(), alarms: [], queues: [], orders: [], duties: [], workers: [] },
  ...{ batches: { moving: 2, stalled: [], waitingForPeople: [] }, staging: { held: 0, capacity: null } },
}
const said = (staging: Observed['staging']): string =>
  sayStatus({ language: 'fr', say: sayIn('fr') } as Desk, { ...quiet, staging })

test('status tells how full staging is, since folders wait outside for it', () => {
  expect(said({ held: 48.26e9, capacity: 50e9 })).toMatch(/48,3 Go sur 50 Go\s; au-delà, les dossiers/)
  expect(said({ held: 48.26e9, capacity: null })).toContain('48,3 Go, sans limite')
})
