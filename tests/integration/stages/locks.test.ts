import { afterAll, beforeAll, expect, test } from 'vitest'
import { rejectBatch } from '../../../src/commands/decide-batch.ts'
import type { PatientId } from '../../../src/domain/ids.ts'
import type { QueueName } from '../../../src/domain/order.ts'
import { stages } from '../../../src/stages/registry.ts'
import { runOrder } from '../../../workers/run-order.ts'
import { dropOf, ofPatients } from './paper.ts'
import { openWorks, type Works } from './works.ts'

let works: Works
const patients: PatientId[] = []
beforeAll(async () => {
  works = await openWorks()
  for (let number = 1; number <= 6; number++) {
    const patient = await works.patient(`SP-${number}`)
    await works.decide(patient, number % 2 === 0 ? 'refused' : 'granted')
    patients.push(patient)
  }
})
afterAll(() => works.close())

const never = new AbortController().signal
let drops = 0
const submit = () => {
  const names = patients.map((_, index) => `${index}.jpg`)
  return works.submit(
    dropOf(
      Object.fromEntries(names.map((name) => [name, [{ text: `${++drops}` }, { text: `${++drops} b` }]])),
      ofPatients(Object.fromEntries(names.map((name, index) => [name, `SP-${index + 1}`]))),
    ),
  )
}

/** Carries out, all at the same moment, whatever orders are open; until none is. Returns the codes of what went wrong. */
async function runAtOnce(meanwhile: () => Promise<unknown> = async () => {}): Promise<string[]> {
  const wrong: string[] = []
  const parts = {
    ...{ stages, truth: works.truth, ports: works.ports, clock: works.clock },
    ...{ maxAttempts: 5, retryMs: 1, random: () => 0 },
  }
  for (;;) {
    const queues: QueueName[] = ['batch', 'page', 'document']
    const dispatches = (await Promise.all(queues.map((queue) => works.outbox.claim(queue, 8)))).flat()
    if (dispatches.length === 0) return wrong
    const [conclusions] = await Promise.all([
      Promise.all(dispatches.map((dispatch) => runOrder({ ...dispatch, starts: 1 }, parts, never))),
      meanwhile(),
    ])
    for (const { failure } of conclusions)
      if (failure) wrong.push(`${failure.code} ${failure.facts['kind'] ?? ''}`)
    works.clock.advance(10_000)
  }
}

test('orders of one batch that are settled at the same moment never lock each other out', async () => {
  const batches = await Promise.all([submit(), submit(), submit()])
  expect(await runAtOnce()).toEqual([])
  for (const batch of batches) {
    expect(await works.batch(batch)).toMatchObject({ state: 'closed' })
    expect(await works.staged(batch)).toEqual([])
  }
})

test('nor do decisions that are recorded meanwhile, nor rejections', async () => {
  const batches = await Promise.all([submit(), submit(), submit()])
  let turn = 0
  const wrong = await runAtOnce(async () => {
    if (++turn > 10) return
    await Promise.all([
      ...patients.map((patient, index) =>
        works.decide(patient, (turn + index) % 3 === 0 ? 'withdrawn' : 'granted'),
      ),
      ...(turn === 6
        ? [rejectBatch(works.organisationId, batches[0], 'boss', works.truth).catch(() => undefined)]
        : []),
    ])
  })
  expect(wrong).toEqual([])
  for (const patient of patients) await works.decide(patient, 'granted')
  expect(await runAtOnce()).toEqual([])
  for (const batch of batches.slice(1)) expect((await works.outcome(batch)).batch).toBe('closed')
  expect(['rejected', 'closed']).toContain((await works.batch(batches[0])).state)
})
