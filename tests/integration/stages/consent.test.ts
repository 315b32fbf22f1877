import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openViews } from '../../../src/adapters/postgres/views.ts'
import { releaseBatch } from '../../../src/commands/decide-batch.ts'
import { retryDocument } from '../../../src/commands/decide-document.ts'
import { fetchDocument } from '../../../src/commands/read-document.ts'
import { Failure } from '../../../src/domain/failure.ts'
import type { BatchId, DocumentId, PatientId } from '../../../src/domain/ids.ts'
import type { Order } from '../../../src/domain/order.ts'
import type { Page } from '../../../src/domain/page.ts'
import { dropOf, ofPatients } from './paper.ts'
import { type Interference, openWorks, type Works } from './works.ts'

let works: Works
beforeAll(async () => {
  works = await openWorks()
  await works.patient('PENDING')
})
afterAll(() => works.close())

let patients = 0
/**
 * A document of two pages whose patient said yes, in a batch that another, pending document keeps open; both in one file,
 * or each in its own.
 */
async function granted(inOneFile = false) {
  const fileNumber = `SP-${++patients}`
  const patientId = await works.patient(fileNumber)
  await works.decide(patientId, 'granted')
  const side = (text: string) => ({ text, carriesWords: true }) as const
  const own = [side(`one ${fileNumber}`), side(`two ${fileNumber}`)]
  const other = side(`other ${fileNumber}`)
  const drop = inOneFile
    ? dropOf(
        { 'a.jpg': [...own, other] },
        {
          separation: 'manifest',
          expected: { folders: 0, documents: 2, pages: 3 },
          documents: [
            { file: 'a.jpg', patient: fileNumber, from: 1, to: 2 },
            { file: 'a.jpg', patient: 'PENDING', from: 3, to: 3 },
          ],
        },
      )
    : dropOf({ 'a.jpg': own, 'b.jpg': [other] }, ofPatients({ 'a.jpg': fileNumber, 'b.jpg': 'PENDING' }))
  return { patientId, batch: await works.submit(drop) }
}

/** Decides once, between the work and the settlement of the first order of a stage. */
function deciding(
  patientId: PatientId,
  stage: string,
  status: 'granted' | 'refused' | 'withdrawn' | 'pending',
  crash = false,
) {
  let decided = false
  return async (order: Order) => {
    if (decided || order.stage !== stage) return
    decided = true
    await works.decide(patientId, status)
    if (crash) return 'crash' as const
  }
}

const first = async (batch: BatchId) => (await works.documents(batch))[0]!
/** What staging holds that no row of the batch speaks of, or that belongs to a refused document. */
async function leftOf(batch: BatchId, documentId: DocumentId): Promise<string[]> {
  const [files, pages] = [await works.files(batch), await works.pages(batch)]
  const others = pages.filter((page) => page.documentId !== documentId)
  const otherFiles = files.filter(
    (file) => !pages.some((page) => page.fileId === file.id && page.documentId === documentId),
  )
  const known = new Set([
    (await works.batch(batch)).manifest.key,
    ...otherFiles.map((file) => file.staged.key),
    ...keysOf(others),
  ])
  return (await works.staged(batch)).filter((key) => !known.has(key))
}
const keysOf = (pages: readonly Page[]): string[] =>
  pages.flatMap(({ image, marks, words }) =>
    [image, image?.ownText, marks, words].flatMap((object) => object?.key ?? []),
  )

const beforeDeposit = [
  'check-consent',
  'recognise-page',
  'confirm-identity',
  'assemble-document',
  'seal-document',
]

describe('a refusal while a document is on its way', () => {
  describe.each([false, true])('sharing its file with another: %s', (shared) => {
    test.each(beforeDeposit.flatMap((stage) => [[stage, 'at work'] as const, [stage, 'dying'] as const]))(
      'leaves nothing of it staged or archived, with %s %s',
      async (stage, how) => {
        const { patientId, batch } = await granted(shared)
        await works.run({ seed: 7, afterRun: deciding(patientId, stage, 'refused', how === 'dying') })
        const document = await first(batch)
        expect(document).toMatchObject({ state: 'refused', reason: 'consent-refused', access: null })
        expect(await leftOf(batch, document.id)).toEqual([])
        const others = (await works.pages(batch)).filter(({ documentId }) => documentId !== document.id)
        expect(others.map(({ image }) => image?.ownText?.key)).toEqual([expect.any(String)])
        expect(await works.staged(batch)).toEqual(expect.arrayContaining(keysOf(others)))
        expect((await works.archived()).filter((key) => key.includes(document.id))).toEqual([])
        const own = (await works.pages(batch)).filter(({ documentId }) => documentId === document.id)
        expect(own.map(({ state, words, image }) => [state, words, image])).toEqual(
          own.map(() => ['destroyed', null, null]),
        )
      },
    )
  })

  test('no page is read after it', async () => {
    const { patientId, batch } = await granted()
    const isReading = ({ stage }: { stage: string }) => stage === 'recognise-page'
    await works.run({ leave: isReading })
    await works.decide(patientId, 'refused')
    await works.run()
    expect(await works.events({ documentId: (await first(batch)).id })).not.toContain('page-recognised')
  })

  test('reaches a document that failed, too', async () => {
    const { patientId, batch } = await granted()
    await works.run({
      afterRun: ({ stage }) => {
        if (stage === 'assemble-document') throw new Failure('assembly-failed')
      },
    })
    expect((await first(batch)).state).toBe('failed')
    await works.decide(patientId, 'refused')
    await works.run()
    const document = await first(batch)
    expect(document.state).toBe('refused')
    expect(await leftOf(batch, document.id)).toEqual([])
  })

  test('that could not be carried out is shown, and carried out when the batch is released', async () => {
    const { patientId, batch } = await granted()
    await works.run({ leave: ({ stage }) => stage === 'recognise-page' })
    await works.decide(patientId, 'refused')
    await works.run({
      afterRun: ({ stage }) => {
        if (stage === 'discard-pages') throw new Failure('storage-refused')
      },
    })
    expect(await works.batch(batch)).toMatchObject({ state: 'held', reason: 'storage-refused' })
    await releaseBatch(works.organisationId, batch, 'boss', works.truth)
    await works.run()
    expect((await works.batch(batch)).state).toBe('composed')
    expect(await leftOf(batch, (await first(batch)).id)).toEqual([])
  })
})

test('the paper of what was refused is listed for return: box, batch, file and pages', async () => {
  const { patientId, batch } = await granted(true)
  await works.run({ leave: ({ stage }) => stage === 'recognise-page' })
  await works.decide(patientId, 'refused')
  await works.run()
  const views = openViews(works.database.app, works.database.system, () => works.keys)
  expect(await views.paperToReturn(works.organisationId, { batchId: batch, limit: 10 })).toMatchObject([
    {
      ...{ documentId: (await first(batch)).id, batchId: batch, patientId, box: 'B-1' },
      ...{ reason: 'consent-refused', sheets: [{ file: 1, pages: [1, 2] }] },
    },
  ])
})

describe('a decision at the moment of deposit', () => {
  const read = (id: DocumentId) =>
    fetchDocument(works.organisationId, id, 'access', 'doctor', {
      truth: works.truth,
      archives: works.ports.archives,
      sealer: works.ports.sealer,
      clock: works.clock,
    })

  test.each(['refused', 'withdrawn'] as const)(
    'what reached the archive meanwhile is asked about: %s',
    async (status) => {
      const { patientId, batch } = await granted()
      await works.run({ afterRun: deciding(patientId, 'deposit-document', status) })
      const document = await first(batch)
      expect(document).toMatchObject({ state: 'verified', question: 'withdrawn-after-deposit' })
      await expect(read(document.id)).rejects.toMatchObject({ code: `consent-${status}` })
      expect(await works.events({ documentId: document.id })).toContain('withdrawal-noted')
    },
  )

  test('what a worker put before it died is told, and asked about', async () => {
    const { patientId, batch } = await granted()
    await works.run({ afterRun: deciding(patientId, 'deposit-document', 'refused', true) })
    const document = await first(batch)
    expect(document).toMatchObject({
      state: 'refused',
      question: 'withdrawn-after-deposit',
      facts: { archived: 3 },
    })
    expect(await leftOf(batch, document.id)).toEqual([])
  })

  test('a refusal before it keeps the archive empty', async () => {
    const { patientId, batch } = await granted()
    await works.run({ leave: ({ stage }) => stage === 'deposit-document' })
    await works.decide(patientId, 'refused')
    await works.run()
    const document = await first(batch)
    expect(document).toMatchObject({ state: 'refused', question: null, facts: { archived: 0 } })
    expect((await works.archived()).filter((key) => key.includes(document.id))).toEqual([])
  })
})

describe('a decision while the gate before deposit is asked', () => {
  test.each([
    ['refused', 'granted', { state: 'verified', reason: null }],
    ['withdrawn', 'refused', { state: 'refused', reason: 'consent-refused' }],
  ] as const)('counts, and not the one before it: %s, then %s', async (before, after, outcome) => {
    const { patientId, batch } = await granted()
    await works.run({ leave: ({ stage }) => stage === 'deposit-document' })
    await works.decide(patientId, before)
    await works.run({ afterRun: deciding(patientId, 'deposit-document', after) })
    expect(await first(batch)).toMatchObject({ ...outcome, question: null })
  })
})

describe('a refusal of what is sealed anew, since what the archive has of it is spoilt', () => {
  test.each(['seal-document', 'deposit-document'])('asks the service about that: at %s', async (stage) => {
    const { patientId, batch } = await granted()
    await works.run({
      afterRun: (order) => {
        if (order.stage === 'verify-deposit') throw new Failure('deposit-differs')
      },
    })
    const { id } = await first(batch)
    await retryDocument(works.organisationId, id, 'boss', works.truth)
    await works.run({ leave: (order) => order.stage === stage })
    await works.decide(patientId, 'refused')
    await works.run()
    expect(await first(batch)).toMatchObject({ state: 'refused', question: 'withdrawn-after-deposit' })
    expect(await works.events({ documentId: id })).toContain('withdrawal-noted')
  })
})

describe('an old register that is imported late', () => {
  const long = new Date('2001-01-01')

  test.each(['check-consent', 'deposit-document'])(
    'lets nothing pass that was withdrawn since: before %s',
    async (stage) => {
      const { patientId, batch } = await granted()
      await works.run({ leave: (order) => order.stage === stage })
      await works.decide(patientId, 'withdrawn')
      await works.decide(patientId, 'granted', long)
      await works.run()
      const document = await first(batch)
      expect(document).toMatchObject({ state: 'held', reason: 'consent-withdrawn' })
      expect((await works.archived()).filter((key) => key.includes(document.id))).toEqual([])
    },
  )

  test('stops nothing that was granted since', async () => {
    const { patientId, batch } = await granted()
    await works.decide(patientId, 'refused', long)
    await works.run()
    expect(await first(batch)).toMatchObject({ state: 'verified' })
  })
})

describe('a refusal after everything', () => {
  test('blocks reading, asks the service once, and is not forgotten by a decision that clears nothing', async () => {
    const { patientId, batch } = await granted()
    await works.run()
    const { id } = await first(batch)
    const asked = async () => (await works.document(id)).question
    await works.decide(patientId, 'refused')
    expect(await asked()).toBe('withdrawn-after-deposit')
    await works.decide(patientId, 'withdrawn')
    await works.decide(patientId, 'pending')
    expect(await asked()).toBe('withdrawn-after-deposit')
    await works.decide(patientId, 'granted')
    expect(await asked()).toBeNull()
    const events = await works.events({ documentId: id })
    expect(events.filter((type) => type === 'withdrawal-noted')).toHaveLength(1)
  })
})

describe('a withdrawal while a document is on its way', () => {
  test.each([...beforeDeposit, 'nothing'])(
    'holds it, and consent given again takes it up: at %s',
    async (stage) => {
      const { patientId, batch } = await granted()
      const afterRun: Interference['afterRun'] = deciding(patientId, stage, 'withdrawn')
      await works.run({ seed: 3, afterRun, leave: ({ stage }) => stage === 'deposit-document' })
      if (stage === 'nothing') await works.decide(patientId, 'withdrawn')
      await works.run({ seed: 3 })
      expect(await first(batch)).toMatchObject({ state: 'held', reason: 'consent-withdrawn' })
      await works.decide(patientId, 'granted')
      await works.run({ seed: 5 })
      expect((await first(batch)).state).toBe('verified')
    },
  )
})

test('any number of decisions, at any moments, in any order of work, end where the last one says', async () => {
  for (let seed = 1; seed <= 8; seed++) {
    const { patientId, batch } = await granted()
    let step = seed
    await works.run({
      seed,
      afterRun: async (order) => {
        step = (step * 75 + 74) % 65537
        if (step % 4 === 0) await works.decide(patientId, step % 8 === 0 ? 'withdrawn' : 'pending')
        if (step % 4 === 1) await works.decide(patientId, 'granted')
        return step % 5 === 0 && order.stage !== 'close-batch' ? 'crash' : undefined
      },
    })
    await works.decide(patientId, 'granted')
    await works.run({ seed })
    expect((await first(batch)).state, `seed ${seed}`).toBe('verified')
    expect((await works.archived()).length % 3).toBe(0)
  }
})
