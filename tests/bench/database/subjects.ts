import type {
  BatchId,
  BoxId,
  DocumentId,
  FileId,
  OrganisationId,
  OutboxId,
  PageId,
  PatientId,
} from '../../../src/domain/ids.ts'
import type { SizedDatabase } from './houses.ts'

/** A document of the archive with what belongs to it. */
export type Subject = {
  readonly organisationId: OrganisationId
  readonly organisation: number
  readonly batchId: BatchId
  readonly documentId: DocumentId
  readonly position: number
  readonly patientId: PatientId
  readonly patient: number
  readonly fileId: FileId
  readonly pageId: PageId
  readonly boxId: BoxId
  readonly fingerprint: string
  readonly box: string
}
export type LiveOrder = {
  readonly id: OutboxId
  readonly organisationId: OrganisationId
  readonly batchId: BatchId
  readonly subjectId: string
  readonly stage: string
}

/** What the queries are asked about: drawn alike in every size, so that the n-th question is the same one. */
export type Subjects = {
  /** The two largest organisations, whose lists are long in both sizes. */
  readonly organisations: readonly OrganisationId[]
  /** Documents of closed batches: six of ten batches have 20 documents, three have 50, one has 150. */
  readonly archived: readonly Subject[]
  /** Documents of batches at which work goes on; the first has 600. */
  readonly live: readonly Subject[]
  readonly held: readonly Subject[]
  readonly waiting: readonly LiveOrder[]
  readonly dispatched: readonly LiveOrder[]
}

const classes = [20, 50, 20, 20, 50, 150, 20, 20, 50, 20]

export async function drawSubjects({ owner, documents }: SizedDatabase, wanted: number): Promise<Subjects> {
  const bySize = new Map<number, Subject[]>()
  for (const size of new Set(classes))
    bySize.set(
      size,
      (
        await owner.query<Subject>(subjectsOf('closed', 'b.documents = $1 and b.organisation < 3'), [
          size,
          wanted,
        ])
      ).rows,
    )
  const archived = Array.from({ length: wanted }, (_, i) => {
    const some = bySize.get(classes[i % classes.length]!)!
    return some[i % some.length]!
  })
  const { rows: live } = await owner.query<Subject>(subjectsOf('live', '$1 = $1'), [documents, wanted])
  const { rows: held } = await owner.query<Subject>(subjectsOf('stuck', `$1 = $1 and d.state = 'held'`), [
    documents,
    wanted,
  ])
  const organisations = await owner.query<{ id: OrganisationId }>(
    'select id from organisations order by name limit 2',
  )
  const [first, second] = organisations.rows.map(({ id }) => id)
  const inState = async (state: string) =>
    (
      await owner.query<LiveOrder>(
        `select id, organisation_id as "organisationId", batch_id as "batchId", subject_id as "subjectId", stage
         from outbox where state = $1 order by hash_record_extended(row(id), 0) limit 200`,
        [state],
      )
    ).rows
  return {
    organisations: [first!, first!, first!, second!],
    ...{ archived, live, held },
    waiting: await inState('waiting'),
    dispatched: await inState('dispatched'),
  }
}

/** One document of each of up to $2 batches, spread over the years. */
const subjectsOf = (life: string, condition: string): string => `
  select * from (
    select distinct on (b.number) b.number, d.organisation_id as "organisationId", b.organisation, b.id as "batchId", d.id as "documentId",
           d.position, d.patient_id as "patientId", patient.number as patient, pages.file_id as "fileId", pages.id as "pageId",
           batches.box_id as "boxId", batches.fingerprint, boxes.label as box
    from bench.batch b
    join lateral (select * from documents d where d.batch_id = b.id order by d.position limit 40) d on true
    join bench.patient patient on patient.id = d.patient_id
    join pages on pages.document_id = d.id and pages.position = 1
    join batches on batches.id = b.id join boxes on boxes.id = batches.box_id
    where b.life = '${life}' and (${condition})
      and b.number in (select number from bench.batch where life = '${life}' order by md5(number::text) limit 4000)
    order by b.number, md5(d.id::text)
  ) one order by md5(one.number::text) limit $2`
