import { createHash } from 'node:crypto'
import { seeded } from '../../../fixtures/generator/random.ts'
import { type BatchId, newId, type OrganisationId, type PatientId } from '../../../src/domain/ids.ts'

/** The moment at which the benchmark takes place. */
export const benchNow = new Date('2026-11-22T10:00:00Z')
const years = 3 * 365 * 86_400_000

export type SeededOrganisation = {
  readonly id: OrganisationId
  readonly number: number
  readonly patients: readonly PatientId[]
}

export type SeededBatch = {
  readonly number: number
  readonly id: BatchId
  readonly organisation: SeededOrganisation
  readonly receivedAt: Date
  readonly documents: number
  /** One document a file, or ten behind cover sheets. */
  readonly perFile: 1 | 10
  /** `closed`: all done. `stuck`: open, because a few documents are held. `live`: being worked on. */
  readonly life: 'closed' | 'stuck' | 'live'
}

export type Plan = {
  readonly organisations: readonly SeededOrganisation[]
  readonly batches: readonly SeededBatch[]
}

/** Half of everything belongs to the first of 24 organisations, a fifth to the second; the last ones are small. */
const shares = [0.5, 0.2, 0.1, ...Array(8).fill(0.02), ...Array(13).fill(0.04 / 13)] as readonly number[]
/** What is being worked on does not grow with the archive: as many batches in both sizes. */
const liveSizes = [600, 150, 150, 150, ...Array(16).fill(40)] as readonly number[]
const documentsPerPatient = 8

/** Who and what there is; the same for the same number of documents. */
export function layOut(documents: number): Plan {
  const { next: random } = seeded(`database ${documents}`)
  const idOf = <Id extends string>(at: Date, name: string): Id =>
    newId<Id>(at, (bytes) => createHash('sha256').update(`${documents} ${name}`).digest().subarray(0, bytes))
  const start = new Date(benchNow.getTime() - years)
  const organisations = shares.map((share, number) => ({
    number,
    id: idOf<OrganisationId>(start, `organisation ${number}`),
    patients: Array.from({ length: Math.ceil((share * documents) / documentsPerPatient) + 4 }, (_, patient) =>
      idOf<PatientId>(new Date(start.getTime() + patient), `patient ${number} ${patient}`),
    ),
  }))
  const sizes = sizesOf(documents, random)
  const batches = sizes.map((size, index): SeededBatch => {
    const receivedAt = new Date(start.getTime() + Math.floor((years * (index + 1)) / (sizes.length + 1)))
    const isLive = index >= sizes.length - liveSizes.length
    return {
      number: index + 1,
      id: idOf<BatchId>(receivedAt, `batch ${index}`),
      organisation: organisations[drawn(random())]!,
      receivedAt,
      documents: size,
      perFile: index % 10 < 7 ? 1 : 10,
      life: isLive ? 'live' : index % 8 === 0 ? 'stuck' : 'closed',
    }
  })
  return { organisations, batches }
}

/** Twenty documents mostly, six hundred at times; forty-six on average. */
function sizesOf(documents: number, random: () => number): number[] {
  const live = liveSizes.reduce((sum, size) => sum + size, 0)
  const sizes: number[] = []
  for (let left = documents - live; left > 0; ) {
    const at = random()
    const size = Math.min(left, at < 0.6 ? 20 : at < 0.9 ? 50 : at < 0.99 ? 150 : 600)
    sizes.push(size)
    left -= size
  }
  return [...sizes, ...liveSizes]
}

/** Which organisation a number from 0 to 1 falls to. */
function drawn(at: number): number {
  let sum = 0
  const found = shares.findIndex((share) => (sum += share) > at)
  return found === -1 ? 0 : found
}
