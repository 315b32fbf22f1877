import type { ColumnType, Generated } from 'kysely'
import type { OrganisationId } from '../../domain/ids.ts'
import type { TimedSubject } from '../../records.ts'

/** Read always, written once: by insert. */
type Fixed<T> = ColumnType<T, T, never>

export type TimestampsTable = {
  kind: Fixed<TimedSubject['kind']>
  subject: Fixed<string>
  organisation_id: Fixed<OrganisationId | null>
  digest: Fixed<Buffer>
  generation: Fixed<number>
  token: Fixed<Buffer>
  authority: Fixed<string>
  at: Fixed<Date>
  certificate_until: Fixed<Date>
  algorithms: Fixed<string[]>
  recorded_at: Fixed<Date>
  renewed: Generated<boolean>
  archived_at: Date | null
}

export type TimestampsWaitingTable = {
  kind: Fixed<TimedSubject['kind']>
  subject: Fixed<string>
  organisation_id: Fixed<OrganisationId | null>
  since: Fixed<Date>
}
